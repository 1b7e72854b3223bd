use zeroize::Zeroizing;

/// What stands for the number and for the text in a template.
pub(crate) const TO: &str = "{to}";
pub(crate) const TEXT: &str = "{text}";

/// A value to be sent, which may be a secret.
#[derive(Clone)]
pub(crate) enum Template {
    /// A value with places for the number and the text.
    Filled(Zeroizing<String>),
    /// A value that is sent as it stands.
    Literal(Zeroizing<String>),
}

impl Template {
    /// Puts the number and the text into their places.
    pub(crate) fn fill(&self, to: &str, text: &str) -> Zeroizing<String> {
        match self {
            // The number has no braces, so that nothing of the text is taken for a place.
            Self::Filled(value) => {
                Zeroizing::new(Zeroizing::new(value.replace(TO, to)).replace(TEXT, text))
            }
            Self::Literal(value) => value.clone(),
        }
    }

    /// Reports whether the value has this place.
    pub(crate) fn has(&self, place: &str) -> bool {
        matches!(self, Self::Filled(value) if value.contains(place))
    }
}

/// Reports whether a text has no places besides these: one that is mistyped would go out as it is.
pub(crate) fn knows_places(text: &str, known: &[&str]) -> bool {
    let names = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let mut names = names.map(|(name, _)| name).filter(|name| !name.is_empty());
    names.all(|name| known.contains(&name) || !name.bytes().all(|byte| byte.is_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(value: &str) -> Template {
        Template::Filled(Zeroizing::new(value.into()))
    }

    #[test]
    fn the_number_and_the_text_take_their_places_and_are_no_templates_themselves() {
        let fill = |value| filled(value).fill("+1555", "{to} is {text}").to_string();
        assert_eq!(fill("{to}: {text} {text}"), "+1555: {to} is {text} {to} is {text}");
        assert_eq!(fill("{ to } {TEXT}"), "{ to } {TEXT}");
        let literal = Template::Literal(Zeroizing::new("{to}".into()));
        assert_eq!(*literal.fill("+1555", "x"), "{to}");
        assert!(!literal.has(TO) && filled("a{to}").has(TO) && !filled("a{to}").has(TEXT));
    }
}
