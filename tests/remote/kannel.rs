//! Kannel from Debian, an SMS gateway that hands texts on to a modem; here to one that prints them.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tempfile::TempDir;

use crate::documentation::{Example, example};
use crate::{gateway, number};

const FAKESMSC: &str = "/usr/lib/kannel/test/fakesmsc";

/// Kannel's two programs and its make-believe modem, which end with it.
struct Kannel {
    folder: TempDir,
    ports: [u16; 4],
    programs: Vec<Child>,
}

impl Kannel {
    fn start() -> Self {
        let listeners = [(); 4].map(|()| TcpListener::bind("127.0.0.1:0").unwrap());
        let ports = listeners.each_ref().map(|port| port.local_addr().unwrap().port());
        drop(listeners);
        let mut kannel = Self { folder: TempDir::new().unwrap(), ports, programs: Vec::new() };
        fs::write(kannel.at("kannel.conf"), configuration(ports)).unwrap();
        let [_, boxes, modem, http] = ports;
        kannel.run("bearerbox", &["kannel.conf"], &[boxes, modem]);
        kannel.run("smsbox", &["kannel.conf"], &[http]);
        let port = modem.to_string();
        kannel.run(FAKESMSC, &["-H", "127.0.0.1", "-r", &port, "-m", "0", "1 2 text x"], &[]);
        kannel
    }

    fn at(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    /// Starts a program and waits until it listens.
    fn run(&mut self, program: &str, args: &[&str], ports: &[u16]) {
        let name = Path::new(program).file_name().unwrap().to_str().unwrap();
        let log = File::create(self.at(name)).unwrap();
        let mut command = Command::new(program);
        command.args(args).current_dir(self.folder.path()).stdin(Stdio::null());
        command.stdout(log.try_clone().unwrap()).stderr(log);
        self.programs.push(command.spawn().unwrap());
        for port in ports {
            wait(name, || TcpStream::connect(("127.0.0.1", *port)).ok());
        }
    }

    /// Waits for the text that the modem prints as this message, and returns the number and the text.
    fn printed(&self, number: u32) -> (String, String) {
        let line = wait("a message", || {
            let log = fs::read_to_string(self.at("fakesmsc")).unwrap();
            let begin = format!("Got message {number}: <13013 ");
            let (_, rest) = log.split_once(&begin)?;
            rest.split_once(">\n").map(|(line, _)| line.to_owned())
        });
        let (to, rest) = line.split_once(' ').unwrap();
        let text = rest.strip_prefix("ucs-2 ").unwrap().replace('+', " ");
        let bytes: Vec<_> = percent_decode_str(&text).collect();
        let units = bytes.chunks(2).map(|unit| u16::from_be_bytes([unit[0], unit[1]]));
        (to.into(), String::from_utf16(&units.collect::<Vec<_>>()).unwrap())
    }
}

impl Drop for Kannel {
    fn drop(&mut self) {
        for program in &mut self.programs {
            let _ = program.kill();
            let _ = program.wait();
        }
    }
}

fn configuration([admin, boxes, modem, http]: [u16; 4]) -> String {
    format!(
        "group = core\nadmin-port = {admin}\nadmin-interface = 127.0.0.1\nadmin-password = x\nsmsbox-port = {boxes}\nsmsbox-interface = 127.0.0.1\nbox-allow-ip = 127.0.0.1\n\ngroup = smsc\nsmsc = fake\nsmsc-id = modem\nport = {modem}\nconnect-allow-ip = 127.0.0.1\n\ngroup = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = {http}\nsendsms-interface = 127.0.0.1\nglobal-sender = 13013\n\ngroup = sendsms-user\nusername = mfa\npassword = hunter2\n"
    )
}

/// Looks for something again and again, for twenty seconds.
fn wait<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let look_again = |_| {
        sleep(Duration::from_millis(50));
        look()
    };
    (0..400).find_map(look_again).unwrap_or_else(|| panic!("{what} did not come"))
}

#[test]
#[ignore = "needs Kannel"]
fn kannel_hands_the_text_on_as_it_was_meant() {
    let kannel = Kannel::start();
    let [.., http] = kannel.ports;
    let send = |example: &Example, text| {
        gateway(&example.text.replace("13013", &http.to_string())).send(&number(), text)
    };
    let right = example("sendsms", "hunter2");
    for (count, text) in [(1, "Söhne & Co.: 1+1 = 123456 🦀 100%"), (2, "Your code is: 654321")]
    {
        assert_eq!(send(&right, text), Ok(()));
        assert_eq!(kannel.printed(count), ("+15550100199".into(), text.into()));
    }
    let refused = send(&example("sendsms", "hunter3"), "x").err().unwrap();
    let line = "the SMS gateway answered 403";
    assert_eq!(refused.to_string(), line);
}
