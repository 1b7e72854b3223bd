use super::*;

#[track_caller]
fn refuses(line: &str, expected: &str) {
    let words: Vec<_> = line.split(' ').collect();
    assert_eq!(Arguments::read(&words).unwrap_err().to_string(), expected, "{line}");
}

#[test]
fn without_arguments_the_store_of_the_machine_is_asked_for_the_account() {
    let place = Place::Store { root: StorePath::default(), key_file: None, policy: None };
    let usual = Arguments {
        place,
        app: AppTemplate::default(),
        prompt: "Code: ".into(),
        echo: Echo::Shown,
        tries: 3,
        newcomers: Newcomers::Refused,
        push: false,
        quiet: false,
        first_pass: None,
    };
    assert_eq!(Arguments::read(&[]), Ok(usual));
}

#[test]
fn each_argument_is_heard() {
    let words = ["store=%h/.mfa", "key_file=/etc/key", "policy=/etc/policy", "app=%s-%u"];
    let more = ["prompt=Your code: ", "echo=off", "tries=5", "enrol", "push", "quiet"];
    let read = Arguments::read(&[&words[..], &more].concat()).unwrap();
    let root = StorePath::InHome(".mfa".into());
    let file = |path: &str| Some(path.into());
    let (key_file, policy) = (file("/etc/key"), file("/etc/policy"));
    assert_eq!(read.place, Place::Store { root, key_file, policy });
    assert_eq!(read.app, AppTemplate::try_from("%s-%u").unwrap());
    assert_eq!((&*read.prompt, read.echo, read.tries), ("Your code: ", Echo::Hidden, 5));
    assert_eq!((read.newcomers, read.push, read.quiet), (Newcomers::Enrolled, true, true));
    let nullok = Arguments::read(&["nullok", "first_pass=split"]).unwrap();
    assert_eq!((nullok.newcomers, nullok.first_pass), (Newcomers::Ignored, Some(FirstPass::Split)));
    let server = Arguments::read(&["server=https://a", "token_file=/t", "first_pass=use"]).unwrap();
    let url = "https://a".parse().unwrap();
    assert_eq!(server.place, Place::Server { url, token_file: "/t".into() });
    assert_eq!(server.first_pass, Some(FirstPass::Use));
}

#[test]
fn what_is_unknown_or_wrong_refuses_and_no_value_is_repeated() {
    refuses("debug", "unknown argument 'debug'");
    refuses("Store=/a", "unknown argument 'Store='");
    refuses("token=mfa_s3cret", "unknown argument 'token='");
    refuses("nullok=1", "unknown argument 'nullok='");
    refuses("store", "unknown argument 'store'");
    refuses("quiet quiet", "quiet is given twice");
    refuses("store=/a store=/b", "store= is given twice");
    refuses("store=mfa", "store=: the path is not absolute");
    refuses("store=%u/mfa", "store=: only %h/, at the beginning, stands for something");
    refuses("store=%h/", "store=: the home itself is no store");
    refuses("store=%h//etc", "store=: only %h/, at the beginning, stands for something");
    refuses(
        "store=postgres://u:s3cret@h/d",
        "store=: a database is asked through the service: server=URL token_file=FILE",
    );
    refuses("key_file=key", "key_file=: the path is not absolute");
    refuses("policy=", "policy=: the path is not absolute");
    refuses("app=%h", "app=: behind % comes u (the account) or s (the service)");
    refuses("app=%", "app=: behind % comes u (the account) or s (the service)");
    refuses("app=", "app=: this cannot be the name of an app");
    refuses("app=a/%u", "app=: this cannot be the name of an app");
    refuses("prompt=", "prompt=: it is empty");
    refuses("prompt=a\nb", "prompt=: it holds a control character");
    refuses("echo=yes", "echo=: it is on or off");
    for tries in ["0", "6", "-1", "+1", "01", "three", ""] {
        refuses(&format!("tries={tries}"), "tries=: it is a number from 1 to 5");
    }
    refuses("first_pass=yes", "first_pass=: it is split or use");
    refuses(
        "server=http://u:s3cret@h token_file=/t",
        "server=: a URL with a user or a password in it: the token is what lets a gate in",
    );
    refuses("server=https://a", "server= needs token_file=");
    refuses("token_file=/t", "token_file= needs server=");
}

#[test]
fn arguments_that_exclude_each_other_refuse() {
    let server = "server=https://a token_file=/t";
    for (line, names) in [
        ("nullok enrol".to_owned(), "nullok and enrol"),
        ("nullok policy=/p".to_owned(), "nullok and policy="),
        (format!("first_pass=split nullok {server}"), "nullok and first_pass="),
        (format!("{server} store=/a"), "server= and store="),
        (format!("{server} key_file=/k"), "server= and key_file="),
        (format!("{server} policy=/p"), "server= and policy="),
        (format!("{server} enrol"), "server= and enrol"),
        ("first_pass=use enrol".to_owned(), "first_pass= and enrol"),
        ("first_pass=use push".to_owned(), "first_pass= and push"),
        ("first_pass=use tries=1".to_owned(), "first_pass= and tries="),
        ("first_pass=use echo=off".to_owned(), "first_pass= and echo="),
        ("first_pass=split quiet".to_owned(), "first_pass=split and quiet"),
        ("first_pass=split policy=/p".to_owned(), "first_pass=split and policy="),
        ("first_pass=split key_file=/k".to_owned(), "first_pass=split and key_file="),
    ] {
        refuses(&line, &format!("{names} exclude each other"));
    }
}
