use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use crate::{gateway, number};

/// A server with a certificate that it made itself.
pub struct Server {
    program: Child,
    pub address: String,
}

impl Server {
    pub fn start(folder: &TempDir) -> Self {
        let openssl = |args: &str| {
            let mut command = Command::new("openssl");
            command.args(args.split(' ')).current_dir(folder).stderr(Stdio::null());
            command
        };
        let make = "req -x509 -newkey rsa:2048 -noenc -keyout key -out cert -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE";
        assert!(openssl(make).status().unwrap().success());
        let serve = "s_server -accept 127.0.0.1:0 -key key -cert cert -www";
        let mut program =
            openssl(serve).stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(program.stdout.as_mut().unwrap()).lines();
        // `ACCEPT 127.0.0.1:12345`
        let accepts =
            lines.find_map(|line| Some(line.unwrap().strip_prefix("ACCEPT ")?.to_owned()));
        let port = accepts.unwrap().rsplit_once(':').unwrap().1.to_owned();
        Self { program, address: format!("localhost:{port}") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

#[test]
#[ignore = "needs openssl"]
fn a_certificate_that_nobody_knows_is_not_believed() {
    let folder = TempDir::new().unwrap();
    let server = Server::start(&folder);
    let config = format!(
        "[sms]\nurl = 'https://{}/'\nparams = {{ to = '{{to}}', text = '{{text}}' }}\n",
        server.address
    );
    let error = gateway(&config).send(&number(), "Your code is: 123456").err().unwrap();
    let line = "cannot reach the SMS gateway: invalid peer certificate: UnknownIssuer";
    assert_eq!(error.to_string(), line);
}
