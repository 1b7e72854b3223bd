/// The reasons why there is no QR code, or no logo in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QrError {
    /// More bytes than a QR code holds at error correction level H.
    #[error("the URI is too long for a QR code")]
    TooLong,
    /// Characters outside ASCII, which a URI percent-encodes.
    #[error("the URI has characters that are not ASCII")]
    NotAscii,
    /// A logo of more than 20 MB or 50 megapixels.
    #[error("the logo is over 20 MB or 50 megapixels")]
    LogoTooLarge,
    /// A picture for which there is too little memory.
    #[error("there is too little memory for a picture of this size")]
    OutOfMemory,
    /// A file that is not a PNG, JPEG or WebP image, or is a damaged one.
    #[error("the logo is not a readable PNG, JPEG or WebP image")]
    NotAnImage,
    /// A failure of the source of the logo's bytes.
    #[error("could not read the logo")]
    Read(#[source] std::io::Error),
    /// A finished code that does not decode to its URI.
    #[error("the QR code can't be read with this logo in it")]
    Unreadable,
    /// A terminal that is too small for the drawing and one more line.
    #[error("the QR code needs {columns} columns and {rows} lines")]
    NoRoom {
        /// The columns that it needs.
        columns: u32,
        /// The lines that it needs.
        rows: u32,
    },
    /// A failure of the PNG encoder.
    #[error("could not encode the QR code as PNG")]
    Png(#[from] image::ImageError),
}
