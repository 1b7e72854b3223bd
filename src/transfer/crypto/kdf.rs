use argon2::{Algorithm, Argon2, Params, Version};
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::Sha256;

use super::Key;
use crate::allocation;

/// The limit on scrypt's memory times its parallelism, in bytes; Aegis asks for 32 MiB.
const MAX_SCRYPT: u64 = 256 << 20;

/// The limit on PBKDF2's iterations; some 600,000 are the most in use.
const MAX_ITERATIONS: u64 = 10_000_000;

/// The limit on Argon2's memory in KiB: 1 GiB, the most that Bitwarden and libsodium's "sensitive"
/// ask for.
const MAX_MEMORY: u64 = 1 << 20;

/// The limit on Argon2's memory times its passes in KiB: 8 GiB, some ten seconds.
const MAX_PASSES: u64 = 8 << 20;

/// Parameters that exceed the limits or the available memory, and their name.
#[derive(Debug)]
pub(crate) struct Refused(pub String);

/// The hash inside PBKDF2.
#[derive(Clone, Copy)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
}

/// Derives a key with scrypt (RFC 7914); `n` is its cost, a power of two.
pub(crate) fn scrypt(password: &str, salt: &[u8], n: u64, r: u64, p: u64) -> Result<Key, Refused> {
    let asked = format!("scrypt with n={n} r={r} p={p}");
    let memory = [n, r, p].iter().try_fold(128_u64, |all, factor| all.checked_mul(*factor));
    let (Some(1..=MAX_SCRYPT), true, Ok(r), Ok(p)) =
        (memory, n.is_power_of_two(), u32::try_from(r), u32::try_from(p))
    else {
        return Err(Refused(asked));
    };
    // At most 21, given the limit on memory.
    let log_n = u8::try_from(n.ilog2()).unwrap_or(u8::MAX);
    let params = scrypt::Params::new(log_n, r, p).map_err(|_| Refused(asked.clone()))?;
    // Blocks of 128 r bytes: n to be mixed, p of output, and one to work in.
    if !allocation::is_available(128 * u64::from(r) * (n + u64::from(p) + 1)) {
        return Err(out_of_memory(&asked));
    }
    let mut key = Key::default();
    scrypt::scrypt(password.as_bytes(), salt, &params, &mut *key).map_err(|_| Refused(asked))?;
    Ok(key)
}

fn out_of_memory(asked: &str) -> Refused {
    Refused(format!("there is too little memory for {asked}"))
}

/// Derives a key with PBKDF2 (RFC 8018 §5.2).
pub(crate) fn pbkdf2(
    hash: Hash,
    password: &str,
    salt: &[u8],
    iterations: u64,
) -> Result<Key, Refused> {
    let rounds = match u32::try_from(iterations) {
        Ok(rounds @ 1..) if iterations <= MAX_ITERATIONS => rounds,
        _ => return Err(Refused(format!("PBKDF2 with {iterations} iterations"))),
    };
    let mut key = Key::default();
    let derive = match hash {
        Hash::Sha1 => pbkdf2_hmac::<Sha1>,
        Hash::Sha256 => pbkdf2_hmac::<Sha256>,
    };
    derive(password.as_bytes(), salt, rounds, &mut *key);
    Ok(key)
}

/// Derives a key with Argon2id (RFC 9106); memory is in KiB.
pub(crate) fn argon2id(
    password: &str,
    salt: &[u8],
    memory: u64,
    passes: u64,
    lanes: u64,
) -> Result<Key, Refused> {
    let asked = format!("Argon2 with {memory} KiB, {passes} passes, {lanes} lanes");
    let refused = || Refused(asked.clone());
    let within = memory <= MAX_MEMORY
        && memory.checked_mul(passes).is_some_and(|work| work <= MAX_PASSES)
        && lanes <= 64;
    let (true, Ok(memory), Ok(passes), Ok(lanes)) =
        (within, memory.try_into(), passes.try_into(), lanes.try_into())
    else {
        return Err(refused());
    };
    let params = Params::new(memory, passes, lanes, Some(32)).map_err(|_| refused())?;
    let mut key = Key::default();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(password.as_bytes(), salt, &mut *key)
        .map_err(|error| match error {
            argon2::Error::OutOfMemory => out_of_memory(&asked),
            _ => refused(),
        })?;
    Ok(key)
}
