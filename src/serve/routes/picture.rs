use crate::qr::{Qr, base64};
use crate::serve::problem::Problem;

/// Returns the QR code of a text: a PNG in base64.
pub(super) fn picture(text: &str) -> Result<String, Problem> {
    let png = Qr::new(text).and_then(|qr| qr.png());
    png.map(|png| base64(&png)).map_err(|why| Problem::bad_request(why.to_string()))
}
