use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Reads base64 of either alphabet (RFC 4648 §4 and §5), padded or not.
///
/// A space counts as `+`, which form decoders turn into a space; line ends are ignored.
pub(super) fn base64(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    plain.extend(text.chars().filter(|c| !matches!(c, '\r' | '\n')).map(|c| match c {
        ' ' | '-' => '+',
        '_' => '/',
        c => c,
    }));
    LENIENT.decode(plain.as_bytes()).ok().map(Zeroizing::new)
}

/// Reads hexadecimal digits in either case.
pub(super) fn hex(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return None };
    let mut bytes = Zeroizing::new(Vec::with_capacity(pairs.len()));
    for [high, low] in pairs {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        bytes.push(u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?);
    }
    Some(bytes)
}

/// Decodes UTF-16 that begins with its byte order mark; returns `None` for anything else.
pub(super) fn utf16(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let (read, rest): (fn([u8; 2]) -> u16, _) = match bytes {
        [0xff, 0xfe, rest @ ..] => (u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => (u16::from_be_bytes, rest),
        _ => return None,
    };
    let (pairs, []) = rest.as_chunks::<2>() else { return None };
    // A unit of two bytes takes at most three in UTF-8, so no reallocation leaves a copy behind.
    let mut text = Zeroizing::new(String::with_capacity(3 * pairs.len()));
    for char in char::decode_utf16(pairs.iter().map(|pair| read(*pair))) {
        text.push(char.ok()?);
    }
    Some(text)
}
