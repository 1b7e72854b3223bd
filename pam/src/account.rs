//! The account that somebody wants to log in to.

use std::io;

use nix::unistd::User;

use crate::world::Account;

/// What stands in a name for bytes that are not UTF-8: two such accounts would have one app.
const REPLACED: char = char::REPLACEMENT_CHARACTER;

/// Looks an account up; a typed `ALICE`, `alice@example.com` or `1000` may be that of `alice`, or nobody's.
///
/// # Errors
/// What the name service said where it could not tell: whoever asks must not take that for nobody.
pub fn find(typed: &str) -> io::Result<Option<Account>> {
    let user = User::from_name(typed)?;
    let user = user.filter(|user| !user.name.contains(REPLACED));
    Ok(user.map(|user| Account { name: user.name, home: user.dir }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_known_everywhere_and_a_number_or_a_path_is_nobodys() {
        let name = |typed| find(typed).unwrap().map(|account| account.name);
        assert_eq!(name("root"), Some("root".into()));
        for typed in ["", "0", "../root", "no such account", "root\0"] {
            assert_eq!(name(typed), None, "{typed:?}");
        }
    }
}
