//! Codes that people read and type: Crockford's base32, in groups of four.

use zeroize::Zeroizing;

/// 32 digits and letters without I, L, O and U, which are misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Draws symbols of 5 bits each; `fill` is the system's random generator.
pub(super) fn draw<const SYMBOLS: usize, E>(
    fill: &mut impl FnMut(&mut [u8]) -> Result<(), E>,
) -> Result<Zeroizing<String>, E> {
    let mut bytes = Zeroizing::new([0; SYMBOLS]);
    fill(&mut *bytes)?;
    let mut code = Zeroizing::new(String::with_capacity(SYMBOLS));
    // 256 is a multiple of 32, so all symbols are equally likely.
    let symbols = bytes.iter().filter_map(|byte| ALPHABET.get(usize::from(byte % 32)));
    code.extend(symbols.map(|symbol| char::from(*symbol)));
    Ok(code)
}

/// Returns symbols as people read them: `7KQ4-M2XH-9WRT`.
pub(super) fn grouped(symbols: &str) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(symbols.len() * 5 / 4));
    for (place, symbol) in symbols.chars().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(symbol);
    }
    text
}

/// Reads this many symbols without regard to case, hyphens and spaces, `O` as `0`, `I` and `L` as `1`.
pub(super) fn read(text: &str, symbols: usize) -> Option<Zeroizing<String>> {
    let mut code = Zeroizing::new(String::with_capacity(text.len()));
    for c in text.chars().filter(|c| !matches!(c, ' ' | '-')) {
        code.push(match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        });
    }
    let is_ours = |symbol| ALPHABET.contains(&symbol);
    (code.len() == symbols && code.bytes().all(is_ours)).then_some(code)
}
