//! The tokens of each vendor's file; `tests/data/import/make.py` shows what is in it.

mod import_report;

use import_report::report;

/// The secrets of most samples.
const ONE: &str = "0102030405060708090a0b0c0d0e0f1011121314";
const TWO: &str = "1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e";
const FOUR: &str = "797a7b7c7d7e7f808182838485868788";

#[test]
fn the_seeds_of_safenet_come_in_with_their_counters() {
    assert_eq!(
        report("safenet.xml"),
        format!(
            "SafeNet XML, asked 0\n\
             S1 | - | hotp SHA1 6 from 7 hardware S1 | {ONE}\n\
             S2 | - | hotp SHA256 6 from 0 hardware S2 | {TWO}\n\
             refused S3: the secret has 24 bits, fewer than 80\n\
             refused S4: the counter is missing or not a number\n\
             refused S5: the secret is not hexadecimal\n\
             - | - | hotp SHA1 6 from 1 hardware - | {FOUR}\n\
             refused S7: the secret is empty\n"
        )
    );
}
