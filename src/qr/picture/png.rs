use std::io::Cursor;

use ::png::{BitDepth, Decoder, DecodingError, Limits, Reader, Transformations};

use super::super::QrError;
use super::super::raster::Raster;
use super::super::shrink::Shrink;
use super::{MAX_MEMORY, exif, prepare};

/// Decodes a PNG of any colours, a row at a time unless it is interlaced: the whole of a large one
/// would be a thousand pages of memory that are touched once.
pub(super) fn decode(file: &[u8], longest: usize) -> Result<Raster, QrError> {
    let limits = Limits { bytes: MAX_MEMORY };
    let mut decoder = Decoder::new_with_limits(Cursor::new(file), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    // Palettes to colours, fewer bits to eight, a transparent colour to alpha.
    decoder.set_transformations(Transformations::EXPAND);
    let (width, height) = decoder.read_header_info().map_err(|error| refused(&error))?.size();
    let mut shrink = prepare(width as usize, height as usize, longest)?;

    let mut reader = decoder.read_info().map_err(|error| refused(&error))?;
    let orientation = reader.info().exif_metadata.as_deref().map_or(1, exif::orientation);
    read(&mut reader, &mut shrink).map_err(|error| refused(&error))?;
    Ok(shrink.finish().upright(orientation))
}

fn read(reader: &mut Reader<Cursor<&[u8]>>, shrink: &mut Shrink) -> Result<(), DecodingError> {
    let (colour, depth) = reader.output_color_type();
    let mut take = |samples: &[u8]| match depth {
        BitDepth::Sixteen => shrink.rows(&narrowed(samples), colour.samples()),
        _ => shrink.rows(samples, colour.samples()),
    };
    if reader.info().interlaced {
        let length = reader.output_buffer_size().ok_or(DecodingError::LimitsExceeded)?;
        let mut samples = vec![0; length];
        reader.next_frame(&mut samples)?;
        take(&samples);
    } else {
        while let Some(row) = reader.next_row()? {
            take(row.data());
        }
    }
    Ok(())
}

/// Rounds samples of 16 bits to 8.
fn narrowed(samples: &[u8]) -> Vec<u8> {
    let narrow = |sample: &[u8; 2]| (u32::from(u16::from_be_bytes(*sample)) + 128) / 257;
    samples.as_chunks().0.iter().map(|sample| u8::try_from(narrow(sample)).unwrap_or(255)).collect()
}

fn refused(error: &DecodingError) -> QrError {
    match error {
        DecodingError::LimitsExceeded => QrError::LogoTooLarge,
        _ => QrError::NotAnImage,
    }
}
