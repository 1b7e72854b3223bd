use std::fs::{self, Permissions};
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio_io_timeout::TimeoutStream;

use super::guard::Peer;

/// The time in which a client has to take something of an answer.
const WRITING: Duration = Duration::from_secs(10);

/// A place where connections come in.
pub(super) enum Listener {
    /// An address.
    Tcp(TcpListener),
    /// A socket of this machine.
    Unix(UnixListener),
}

/// A connection.
pub(super) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// Ends a connection whose client does not read: it would take the room of others for ever.
fn bounded(stream: impl AsyncRead + AsyncWrite + Send + 'static) -> Box<dyn Stream> {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(WRITING));
    Box::new(Box::pin(stream))
}

impl Listener {
    /// Listens on an address.
    pub(super) async fn on_address(address: SocketAddr) -> io::Result<Self> {
        TcpListener::bind(address).await.map(Self::Tcp)
    }

    /// Listens on a socket, in place of one that a service has left behind.
    ///
    /// Whoever may open it is let as far as a token; its owner and its group may.
    pub(super) fn on_socket(path: &Path) -> io::Result<Self> {
        let is_socket = fs::symlink_metadata(path).is_ok_and(|it| it.file_type().is_socket());
        if is_socket && UnixStream::connect(path).is_err() {
            fs::remove_file(path)?;
        }
        let listener = UnixListener::bind(path)?;
        fs::set_permissions(path, Permissions::from_mode(0o660))?;
        Ok(Self::Unix(listener))
    }

    pub(super) async fn accept(&self) -> io::Result<(Box<dyn Stream>, Peer)> {
        match self {
            Self::Tcp(listener) => {
                let (stream, peer) = listener.accept().await?;
                // An answer is one packet, which need not wait for another.
                let _ = stream.set_nodelay(true);
                Ok((bounded(stream), Peer(Some(peer))))
            }
            Self::Unix(listener) => Ok((bounded(listener.accept().await?.0), Peer(None))),
        }
    }
}
