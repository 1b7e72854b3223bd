use std::fs;

use mfa::store::Folder;

use crate::common::codes::now;
use crate::common::disk::set_mode;
use crate::common::gateway::Gateway;
use crate::common::push::{answer, enrol_device, waiting};
use crate::common::service::Server;
use crate::common::tmux::Terminal;
use crate::home::Home;
use crate::pages::{PUSH, SERVICE, SMS};
use crate::ssh::until;
use crate::{recipe, with_app};

#[test]
fn a_client_is_added_listed_and_removed() {
    let home = Home::new();
    home.enrol("deploy", "you@example.com");
    let block = recipe(SERVICE, "mfa serve --check");
    let (before, served) = block.trim_end().rsplit_once('\n').unwrap();
    assert_eq!(served, "mfa serve");
    home.sh(before);
    home.sh("mfa clients remove gate");
    home.session(recipe(SERVICE, "$ mfa clients add ci"), &[]);
}

#[test]
fn a_device_is_enrolled_at_the_page_and_an_approval_runs_the_command() {
    let home = Home::new();
    let code = home.enrol("deploy", "you@example.com");
    let store = home.at(".local/share/mfa");
    let server = Server::started(|address| {
        let port = address.split_once(':').unwrap().1;
        let config = format!("listen = '{address}'\norigin = 'http://localhost:{port}'\n");
        fs::write(store.join("config.toml"), config).unwrap();
        set_mode(store.join("config.toml"), 0o600);
        home.script(&format!("exec {}", recipe(PUSH, "mfa serve\n")))
    });
    let link = home.sh(recipe(PUSH, "mfa devices deploy --add"));
    let page = format!("http://localhost:{}/#", server.address.port());
    assert!(link.contains(&page), "{link}");

    let (folder, app) = (Folder::new(&store), "deploy".parse().unwrap());
    enrol_device(&folder, &app, &code, now());
    let asking = home.script(recipe(PUSH, "mfa run deploy --push")).start();
    until(|| waiting(&folder, &app).is_some());
    let _ = answer(&folder, &app, true, now()).unwrap();
    let said = asking.finish();
    assert!(said.stdout.ends_with("\nhello\n"), "{said:?}");
}

#[test]
fn a_key_of_web_push_is_made_once() {
    let home = Home::new();
    home.sh(recipe(PUSH, "keygen --push"));
    assert!(home.at("vapid.key").exists());
}

#[test]
#[ignore = "needs tmux"]
fn a_code_by_sms_is_sent_and_opens() {
    let (store, gateway) = (with_app("Example Corp"), Gateway::start());
    store.put("config.toml", gateway.config());
    let block = recipe(SMS, "$ mfa phone");
    let commands: Vec<_> = block.lines().filter_map(|line| line.strip_prefix("$ ")).collect();
    let [phone, sms, authenticate] = *commands else { panic!("{commands:?}") };
    // Between two texts lies a minute, for which a test does not wait.
    let terminal = Terminal::start(&store, phone);
    terminal.shows("Code sent to +*********99:");
    terminal.types(&gateway.wait());
    terminal.shows("Codes for Example Corp go to +*********99\nstatus 0");

    let store = with_app("Example Corp");
    let gateway = Gateway::start();
    store.put("config.toml", gateway.config());
    store.mfa(["phone", "Example Corp", "+15550100199"]).said();
    let terminal = Terminal::start(&store, &format!("{sms}\n{authenticate}"));
    terminal.shows("A code is on its way to +*********99\nCode:");
    terminal.types(&gateway.wait());
    terminal.shows("Welcome\nstatus 0");
}
