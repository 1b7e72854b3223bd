/// The tag of the orientation, and the type that its value has: one 16-bit number (TIFF 6.0,
/// section 2, and Exif 2.3, 4.6.4).
const ORIENTATION: usize = 0x112;
const SHORT: usize = 3;

/// Gives the orientation that EXIF data tell, from 1 to 8; 1, upright, where they tell none.
pub(super) fn orientation(exif: &[u8]) -> u8 {
    find(exif)
        .and_then(|number| u8::try_from(number).ok())
        .filter(|n| (1..=8).contains(n))
        .unwrap_or(1)
}

/// Looks the orientation up in the first directory.
fn find(exif: &[u8]) -> Option<usize> {
    let big_endian = match exif {
        [b'M', b'M', 0, 42, ..] => true,
        [b'I', b'I', 42, 0, ..] => false,
        _ => return None,
    };
    let join = |number: usize, byte: &u8| number << 8 | usize::from(*byte);
    let number = |bytes: &[u8]| {
        if big_endian { bytes.iter().fold(0, join) } else { bytes.iter().rev().fold(0, join) }
    };
    let directory = exif.get(number(exif.get(4..8)?)..)?;
    let (count, entries) = directory.split_first_chunk::<2>()?;
    entries.as_chunks().0.iter().take(number(count)).find_map(|entry| {
        let [t0, t1, k0, k1, n0, n1, n2, n3, v0, v1, _, _] = *entry;
        let found = [number(&[t0, t1]), number(&[k0, k1]), number(&[n0, n1, n2, n3])];
        (found == [ORIENTATION, SHORT, 1]).then(|| number(&[v0, v1]))
    })
}

#[cfg(test)]
mod tests {
    use image::metadata::Orientation;

    use super::*;

    const BIG: &[u8] = b"MM\0\x2a\0\0\0\x0a??\0\x02\
        \x01\x0f\0\x02\0\0\0\x05\0\0\0\x40\
        \x01\x12\0\x03\0\0\0\x01\0\x06\0\0";
    const LITTLE: &[u8] = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0";

    #[test]
    fn the_orientation_is_found_in_either_byte_order() {
        assert_eq!((orientation(BIG), orientation(LITTLE)), (6, 8));
    }

    #[test]
    fn what_tells_none_is_upright() {
        let with = |place: usize, byte: u8| {
            let mut exif = LITTLE.to_vec();
            exif[place] = byte;
            orientation(&exif)
        };
        // The byte order, the directory's place and length, tag, type, count, and three values.
        for (place, byte) in
            [(0, b'M'), (7, 255), (8, 0), (10, 0x13), (12, 4), (14, 2), (18, 0), (18, 9), (19, 1)]
        {
            assert_eq!(with(place, byte), 1, "{byte} at {place}");
        }
        assert_eq!(with(18, 3), 3);
    }

    #[test]
    fn cut_off_or_defaced_data_are_read_as_image_reads_them() {
        let theirs =
            |exif: &[u8]| Orientation::from_exif_chunk(exif).map_or(1, Orientation::to_exif);
        for exif in [BIG, LITTLE] {
            for end in 0..exif.len() {
                assert_eq!(orientation(&exif[..end]), theirs(&exif[..end]), "{end}");
                for byte in [0, 1, 8, 255] {
                    let mut exif = exif.to_vec();
                    exif[end] = byte;
                    assert_eq!(orientation(&exif), theirs(&exif), "{byte} at {end}");
                }
            }
        }
    }
}
