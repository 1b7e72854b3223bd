use crate::common::TempStore;
use crate::common::tmux::Terminal;
use crate::issued;

#[test]
#[ignore = "needs tmux"]
fn on_a_terminal_the_code_is_asked_for_first_and_then_the_new_secret_is_shown() {
    let store = TempStore::enrolled();
    let code = issued(&store, &[]);
    let terminal = Terminal::sized(&store, "mfa recover use C", ["100", "60"]);
    terminal.shows("Recovery code:");
    terminal.types("0000-0000-0000-0000");
    terminal.shows("status 1");
    assert!(!terminal.screen().contains("secret"), "{}", terminal.screen());
    drop(terminal);

    let terminal = Terminal::sized(&store, "mfa recover use C", ["100", "60"]);
    terminal.shows("Recovery code:");
    terminal.types(&code);
    terminal.shows("then type the phone's code:");
    let screen = terminal.screen();
    let secret =
        screen.lines().find_map(|line| line.strip_prefix("or type the secret into the phone: "));
    let first = crate::code_of(secret.unwrap(), 0);
    terminal.types(&first);
    terminal.shows("status 0");
    assert!(terminal.screen().contains("Backup codes:"), "{}", terminal.screen());
}
