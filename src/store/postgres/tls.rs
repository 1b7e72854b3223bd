//! Who the server is: its certificate, judged by rustls, and its name.

use std::error::Error;
use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{CertificateError, ClientConfig, RootCertStore};
use tokio_postgres_rustls::MakeRustlsConnect;
use zeroize::Zeroizing;

use super::url::Certificates;
use crate::store::StoreError;
use crate::store::trusted_file::{Readers, read_trusted};

/// Returns what makes encrypted connections, with the certificates in these files.
pub(super) fn connector(files: &Certificates) -> Result<MakeRustlsConnect, StoreError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| StoreError::Unreachable {
        place: Path::new("TLS").into(),
        source: io::Error::other(error),
    })?;
    let config = config.with_root_certificates(roots(files.roots.as_deref())?);
    let Some((certificate, key)) = &files.ours else {
        return Ok(MakeRustlsConnect::new(config.with_no_client_auth()));
    };
    let chain = certificates(certificate)?;
    let config = config.with_client_auth_cert(chain, private_key(key)?);
    config.map(MakeRustlsConnect::new).map_err(|_| no_pem(key, "no key of sslcert"))
}

/// Reads who vouches for the server: those in a file, or else the usual ones of the web.
fn roots(file: Option<&Path>) -> Result<RootCertStore, StoreError> {
    let Some(file) = file else {
        return Ok(webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect());
    };
    let mut roots = RootCertStore::empty();
    for certificate in certificates(file)? {
        roots.add(certificate).map_err(|_| no_pem(file, "a certificate that cannot be read"))?;
    }
    Ok(roots)
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, StoreError> {
    let text = read_trusted(file, Readers::Everyone)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(no_pem(file, "no certificate in PEM")),
    }
}

fn private_key(file: &Path) -> Result<PrivateKeyDer<'static>, StoreError> {
    let text: Zeroizing<Vec<u8>> = read_trusted(file, Readers::Owner)?;
    PrivateKeyDer::from_pem_slice(&text).map_err(|_| no_pem(file, "no private key in PEM"))
}

fn no_pem(file: &Path, what: &str) -> StoreError {
    StoreError::Damaged { place: file.into(), why: format!("there is {what} in it") }
}

/// Returns why the server's certificate is not believed, if that is what an error says.
pub(super) fn distrust(error: &tokio_postgres::Error) -> Option<&'static str> {
    let source = error.source()?.downcast_ref::<io::Error>()?;
    let rustls::Error::InvalidCertificate(why) = source.get_ref()?.downcast_ref()? else {
        return None;
    };
    Some(match why {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "has a certificate for another name"
        }
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "has a certificate that has expired"
        }
        CertificateError::UnknownIssuer => {
            "has a certificate that nobody vouches for whom we know: sslrootcert=FILE names who does"
        }
        _ => "has a certificate that cannot be trusted",
    })
}
