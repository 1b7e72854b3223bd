use std::fs;
use std::os::unix::fs::PermissionsExt;

use mfa::domain::{Totp, UnixTime};

use crate::Place;
use crate::common::codes::{SECRET, now, right, secret, wrong};
use crate::common::gateway::Gateway;
use crate::common::postgres::{Database, key_file, with_database};
use crate::common::{Run, Said, TempStore};

/// A database and a folder on which the same is done.
struct Both {
    place: Place,
    folder: TempStore,
}

impl Both {
    fn made(database: &Database, sms: &str) -> Self {
        let (folder, plain) = (TempStore::new(), Place::of(database));
        let file = plain.beside.outside().join("config.toml");
        fs::write(&file, sms).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
        let url = format!("{}&config={}", plain.url, file.display());
        Self { place: Place { url, ..plain }, folder }
    }

    fn on_folder(&self, args: &[&str]) -> Run {
        self.folder.mfa(["--key-file"]).args([key_file(self.folder.outside())]).args(args)
    }

    /// Runs a command on both, and returns what it says, which must be the same but for the place and
    /// the time.
    #[track_caller]
    fn say(&self, status: i32, args: &[&str]) -> Said {
        self.fed(status, args, "")
    }

    #[track_caller]
    fn fed(&self, status: i32, args: &[&str], input: &str) -> Said {
        let folder = timeless(self.on_folder(args).fed(input).said(), "STORE");
        let database = timeless(self.place.mfa(args).fed(input).said(), &self.place.url);
        assert_eq!(database, folder, "{args:?}");
        assert_eq!(database.status, Some(status), "{args:?}: {database:?}");
        database
    }

    /// Runs a command that draws something on both, and returns what each says.
    #[track_caller]
    fn draw(&self, args: &[&str]) -> [Said; 2] {
        [self.on_folder(args).said(), self.place.mfa(args).said()]
    }
}

/// What prepares a command on one of both.
type Prepare<'a> = &'a dyn Fn(&[&str]) -> Run;

/// Takes the place and the times out of what was said.
fn timeless(said: Said, place: &str) -> Said {
    let text = |text: String| {
        let words = text.split_inclusive(|c: char| c.is_whitespace() || c == '"');
        let word = |word: &str| match word.as_bytes() {
            bytes if word.starts_with("20") && bytes.get(19) == Some(&b'Z') => {
                format!("TIME{}", &word[20..])
            }
            _ => word.to_owned(),
        };
        let text = words.map(word).collect::<String>();
        // In a command, a URL is quoted.
        text.replace(&format!("'{place}'"), "STORE").replace(place, "STORE")
    };
    Said { stdout: text(said.stdout), stderr: text(said.stderr), ..said }
}

/// Returns the code of a later time step than any that was used.
fn next_code() -> String {
    Totp::default().code(&secret(SECRET), UnixTime(now().0 + 30))
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn enrolling_authenticating_and_leaving_say_the_same_as_on_a_folder() {
    with_database(|database| {
        let both = Both::made(database, "");
        let create = ["create", "-n", "me", "-i", "Corp", "--secret-stdin", "--json"];
        both.say(0, &["list"]);
        both.say(0, &["list", "--long"]);
        both.fed(0, &create, SECRET);
        both.fed(1, &create, SECRET);
        both.say(0, &["list"]);
        both.say(0, &["list", "--long"]);
        both.say(0, &["list", "--json"]);
        let used = right();
        both.say(0, &["authenticate", "Corp", "-o", &used]);
        both.say(1, &["authenticate", "Corp", "-o", &used]);
        both.say(1, &["authenticate", "Corp", "-o", &wrong(), "--json"]);
        both.say(4, &["authenticate", "nobody", "-o", &used]);
        both.say(2, &["-a", "Corp", "-o", "12x"]);
        both.say(0, &["uri", "Corp"]);
        both.say(0, &["export"]);
        both.say(0, &["rename", "Corp", "New Corp"]);
        both.say(4, &["rename", "gone", "Other"]);
        both.say(1, &["authenticate", "New Corp", "-o", &used]);
        both.say(1, &["authenticate", "New Corp", "-o", &wrong()]);
        both.say(3, &["authenticate", "New Corp", "-o", &wrong()]);
        both.say(0, &["unlock", "New Corp"]);
        both.say(0, &["run", "New Corp", "-o", &next_code(), "--", "echo", "done"]);
        both.fed(0, &create, SECRET);
        both.say(1, &["rename", "Corp", "New Corp"]);
        both.say(0, &["remove", "New Corp", "Corp", "--yes"]);
        both.say(4, &["remove", "New Corp", "--yes"]);
        both.say(0, &["list"]);
        both.say(0, &["log"]);
    });
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn backup_codes_sms_push_and_policies_say_the_same_as_on_a_folder() {
    with_database(|database| {
        let gateway = Gateway::start();
        let both = Both::made(database, &gateway.config());
        both.fed(0, &["create", "-n", "me", "-i", "Corp", "--secret-stdin", "--json"], SECRET);
        both.folder.put("config.toml", gateway.config());
        assert_eq!(both.on_folder(&["encrypt"]).said().status, Some(0));

        let codes = both.draw(&["backup-codes", "Corp", "--json"]);
        let [folder, place] =
            codes.map(|said| said.json()["backup_codes"][0].as_str().unwrap().to_owned());
        let of = |code: &str, run: Run| timeless(run.args(["-o", code]).said(), "STORE");
        let gate = ["authenticate", "Corp", "--json"];
        for status in [0, 1] {
            let told = of(&place, both.place.mfa(&gate));
            assert_eq!(told, of(&folder, both.on_folder(&gate)));
            assert_eq!(told.status, Some(status));
        }
        both.say(0, &["backup-codes", "Corp", "--status"]);

        both.say(0, &["phone", "Corp", "+15550100199"]);
        both.say(0, &["list", "--long"]);
        let each: [Prepare<'_>; 2] = [&|args| both.on_folder(args), &|args| both.place.mfa(args)];
        let [folder, database] = each.map(|mfa| {
            assert_eq!(mfa(&["sms", "Corp"]).said().status, Some(0));
            let said = timeless(mfa(&gate).args(["-o", &gateway.last_code()]).said(), "STORE");
            assert_eq!(said.status, Some(0), "{said:?}");
            assert!(said.stdout.contains("\"factor\":\"sms\""), "{said:?}");
            said
        });
        assert_eq!(database, folder);
        let again = both.draw(&["sms", "Corp"]);
        assert!(again.iter().all(|said| said.status == Some(3)), "{again:?}");
        both.say(0, &["phone", "Corp", "--remove"]);

        both.say(0, &["devices", "Corp"]);
        both.say(4, &["authenticate", "Corp", "--push"]);

        let policy = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/policy/published.yaml");
        let check = ["policy", "check", "Corp", "--policy", policy, "--device", "laptop"];
        both.say(10, &check);
        both.say(0, &["-a", "Corp", "-o", &right(), "--remember-device", "laptop"]);
        both.say(10, &check);
        both.say(0, &["policy", "check", "nobody", "--policy", policy]);
        both.say(0, &["policy", "report", "--policy", policy]);
        both.say(0, &["policy", "forget", "Corp"]);
        both.say(0, &["clients", "list"]);
        both.say(0, &["log", "Corp"]);
    });
}

/// The secret of the phone that takes the place of a lost one.
const NEW: &str = "AAAABBBBCCCCDDDDEEEEFFFFGGGGHHHH";

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn recovery_says_the_same_as_on_a_folder() {
    with_database(|database| {
        let both = Both::made(database, "");
        both.fed(0, &["create", "-n", "me", "-i", "Corp", "--secret-stdin", "--json"], SECRET);
        both.say(0, &["recover", "cancel", "Corp"]);
        let issue = ["recover", "issue", "Corp", "--verified-with", "badge", "--stolen"];
        let codes = both.draw(&issue).map(|said| said.stdout);
        both.say(3, &["authenticate", "Corp", "-o", &right()]);
        let wrong = format!("0000-0000-0000-0000\n{NEW}\n000000\n");
        let recover = ["recover", "use", "Corp", "--secret-stdin"];
        both.fed(1, &recover, &wrong);
        let first = Totp::default().code(&secret(NEW), now());
        let fed = codes.map(|code| format!("{code}{NEW}\n{first}\n"));
        let runs = || [both.on_folder(&recover), both.place.mfa(&recover)];
        for status in [0, 1] {
            let said = runs().into_iter().zip(&fed).map(|(run, fed)| run.fed(&**fed).said());
            let said: Vec<_> =
                said.map(|said| (said.status, said.stdout.lines().count())).collect();
            assert_eq!(said, [(Some(status), if status == 0 { 11 } else { 0 }); 2]);
        }
        both.say(1, &["authenticate", "Corp", "-o", &right()]);
        both.say(1, &["authenticate", "Corp", "-o", &first]);
        let next = Totp::default().code(&secret(NEW), UnixTime(now().0 + 30));
        both.say(0, &["authenticate", "Corp", "-o", &next]);
        both.say(0, &["log", "Corp"]);
    });
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn what_is_for_a_folder_or_a_database_alone_says_so() {
    with_database(|database| {
        let place = Place::of(database);
        let error = "error: mfa decrypt is for a store in a folder, and this one is a database\n";
        place.mfa(&["decrypt"]).gives(2, "", error);
        let error = "error: encrypt --passphrase is for a store in a folder\n";
        place.mfa(&["encrypt", "--passphrase"]).gives(2, "", error);
        place.mfa(&["doctor", "--fix"]).gives(
            2,
            "",
            "error: doctor --fix is for a store in a folder\n",
        );
        let hint = "hint: name the database with --store postgres://USER@HOST/DATABASE\n";
        for (command, name) in [(&["init"][..], "init"), (&["log", "--prune", "1d"], "log --prune")]
        {
            let error = format!(
                "error: mfa {name} is for a store in a database, and this one is a folder\n{hint}"
            );
            place.beside.mfa(command).gives(2, "", &error);
        }
        let error =
            "error: --allow-plain is for a store in a folder: a database has nothing plain\n";
        place.mfa(&["list", "--long", "--allow-plain"]).gives(2, "", error);
    });
}

#[test]
#[ignore = "needs the programs of PostgreSQL"]
fn the_log_is_pruned_by_the_clock_of_the_database() {
    with_database(|database| {
        let place = Place::of(database);
        place.mfa(&["create", "-n", "me", "-i", "Corp", "--json"]).said();
        place.mfa(&["log", "--prune", "1h"]).gives(0, "Removed 0 lines\n", "");
        crate::common::postgres::shared_primary()
            .sql(&database.name, "UPDATE mfa.audit SET at = at - interval '2 hours'");
        place.mfa(&["log", "--prune", "1h", "--json"]).gives(0, "{\"removed\":1}\n", "");
        place.mfa(&["log"]).gives(0, "Nothing is logged\n", "");
    });
}
