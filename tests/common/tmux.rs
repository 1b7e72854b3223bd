//! A terminal that somebody uses: tmux, with the real binary in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::TempStore;

/// The number of looks at a screen, 50 ms apart, before it is taken to be final.
const LOOKS: u32 = 400;

/// A terminal of its own, which ends with the test.
pub struct Terminal {
    folder: PathBuf,
    socket: PathBuf,
}

/// Returns a socket that no other terminal of this process has had: tmux ends a server in its own
/// time, and whoever starts the next one behind the same socket meets the one that is ending.
fn socket(folder: &Path) -> PathBuf {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    folder.join(format!("tmux{}", COUNT.fetch_add(1, Ordering::Relaxed)))
}

impl Terminal {
    /// Runs a line of shell, in which `mfa` means the real one with this store, and shows its
    /// status at the end.
    pub fn start(store: &TempStore, line: &str) -> Self {
        Self::sized(store, line, ["100", "40"])
    }

    /// Does the same in a terminal of this size.
    pub fn sized(store: &TempStore, line: &str, [columns, lines]: [&str; 2]) -> Self {
        let folder = store.outside();
        let terminal = Self { folder: folder.to_owned(), socket: socket(folder) };
        let (script, config) = (terminal.folder.join("script"), terminal.folder.join("config"));
        let text = format!(
            "mfa() {{ '{}' --store '{}' \"$@\"; }}\n{line}\necho \"status $?\"\nexec sleep 600\n",
            super::program(),
            store.path().display()
        );
        fs::write(&script, text).unwrap();
        fs::write(&config, "set -g set-clipboard on\nset -g status off\n").unwrap();
        let config = config.to_str().unwrap();
        let shell = format!("sh '{}'", script.display());
        let session = ["new-session", "-d", "-x", columns, "-y", lines, &shell];
        terminal.tmux([&["-f", config][..], &session].concat());
        terminal
    }

    fn tmux<'a>(&self, args: impl IntoIterator<Item = &'a str>) -> String {
        let mut command = std::process::Command::new("tmux");
        command.arg("-u").arg("-S").arg(&self.socket).args(args);
        super::surround(&mut command, &self.folder);
        command.current_dir(&self.folder);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Returns what the screen shows, without trailing empty lines.
    pub fn screen(&self) -> String {
        self.tmux(["capture-pane", "-p"]).trim_end().to_owned()
    }

    /// Returns the same with the sequences that set colours, and with all spaces.
    pub fn coloured(&self) -> String {
        self.tmux(["capture-pane", "-p", "-e", "-N"])
    }

    /// Waits until the screen satisfies `is`, and returns it.
    #[track_caller]
    pub fn wait(&self, is: impl Fn(&str) -> bool) -> String {
        for _ in 0..LOOKS {
            let screen = self.screen();
            if is(&screen) {
                return screen;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the screen stayed as it is:\n{}", self.screen())
    }

    /// Waits until the screen shows this, and returns it.
    #[track_caller]
    pub fn shows(&self, text: &str) -> String {
        self.wait(|screen| screen.contains(text))
    }

    /// Types text and the return key.
    pub fn types(&self, line: &str) {
        self.types_unfinished(line);
        self.presses("Enter");
    }

    /// Types text alone.
    pub fn types_unfinished(&self, text: &str) {
        self.tmux(["send-keys", "-l", text]);
    }

    /// Presses one key, `C-c` for instance.
    pub fn presses(&self, key: &str) {
        self.tmux(["send-keys", key]);
    }

    /// Returns what a program has put on the clipboard.
    pub fn clipboard(&self) -> String {
        self.tmux(["show-buffer"])
    }

    /// Returns whether a program has the whole screen, and whether the cursor is visible.
    pub fn alternate_and_cursor(&self) -> String {
        self.tmux(["display-message", "-p", "#{alternate_on} #{cursor_flag}"]).trim().to_owned()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It has a server and a socket of its own.
        let _ = std::process::Command::new("tmux")
            .arg("-S")
            .arg(&self.socket)
            .arg("kill-server")
            .output();
    }
}
