use super::emblem::Emblem;

/// floors
pub(super) fn candidates(_emblem: &Emblem) -> Vec<u8> {
    vec![96, 160, 192, 224]
}
