use zeroize::Zeroizing;

/// What stands for the number and for the text in a template.
pub(crate) const TO: &str = "{to}";
pub(crate) const TEXT: &str = "{text}";

/// A value to be sent, which may be a secret.
#[derive(Clone)]
pub(crate) enum Template {
    /// A value with places for what differs from one message to the next.
    Filled(Zeroizing<String>),
    /// A value that is sent as it stands.
    Literal(Zeroizing<String>),
}

impl Template {
    /// Puts each value into its places; no value is taken for a template, whatever is in it.
    pub(crate) fn fill(&self, values: &[(&str, &str)]) -> Zeroizing<String> {
        match self {
            Self::Filled(value) => Zeroizing::new(pieces(value, values).concat()),
            Self::Literal(value) => value.clone(),
        }
    }

    /// Reports whether the value has this place.
    pub(crate) fn has(&self, place: &str) -> bool {
        matches!(self, Self::Filled(value) if value.contains(place))
    }
}

fn pieces<'a>(template: &'a str, values: &[(&str, &'a str)]) -> Vec<&'a str> {
    let (mut pieces, mut rest) = (Vec::new(), template);
    while let Some(at) = rest.find('{') {
        let (before, from) = rest.split_at(at);
        let filled =
            values.iter().find_map(|(place, value)| Some((*value, from.strip_prefix(place)?)));
        let (piece, behind) = filled.unwrap_or_else(|| from.split_at(1));
        pieces.extend([before, piece]);
        rest = behind;
    }
    pieces.push(rest);
    pieces
}

/// Reports whether a text has no places besides these: one that is mistyped would go out as it is.
pub(crate) fn knows_places(text: &str, known: &[&str]) -> bool {
    let names = text.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    let mut names = names.map(|(name, _)| name).filter(|name| !name.is_empty());
    names.all(|name| {
        known.iter().any(|place| place.trim_matches(['{', '}']) == name)
            || !name.bytes().all(|byte| byte.is_ascii_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(value: &str) -> Template {
        Template::Filled(Zeroizing::new(value.into()))
    }

    #[test]
    fn the_number_and_the_text_take_their_places_and_are_no_templates_themselves() {
        let values = [(TO, "+1555"), (TEXT, "{to} is {text}")];
        let fill = |value| filled(value).fill(&values).to_string();
        assert_eq!(fill("{to}: {text} {text}"), "+1555: {to} is {text} {to} is {text}");
        assert_eq!(fill("{ to } {TEXT} {{to}} {to"), "{ to } {TEXT} {+1555} {to");
        assert_eq!(fill("{text}{to}é{"), "{to} is {text}+1555é{");
        let literal = Template::Literal(Zeroizing::new("{to}".into()));
        assert_eq!(*literal.fill(&values), "{to}");
        assert!(!literal.has(TO) && filled("a{to}").has(TO) && !filled("a{to}").has(TEXT));
    }
}
