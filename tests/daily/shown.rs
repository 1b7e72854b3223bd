use std::fs;

use base64::Engine as _;
use serde_json::json;

use crate::common::TempStore;
use crate::common::codes::SECRET;
use crate::common::disk::mode;

fn uri_of_c() -> String {
    format!("otpauth://totp/C:me?secret={SECRET}&issuer=C")
}

#[test]
fn the_uri_of_an_app_is_shown_where_it_is_asked_for() {
    let store = TempStore::enrolled();
    let uri = uri_of_c();
    store.mfa(["uri", "C"]).gives(0, &format!("{uri}\n"), "");
    assert_eq!(store.mfa(["uri", "C", "--json"]).said().json(), json!({"app": "C", "uri": uri}));
    store.mfa(["uri", "D"]).gives(4, "", "error: no app named 'D'\n");
    // No other command that prints shows it.
    for line in ["list --long --json", "doctor", "log --json", "code C --json", "list"] {
        let said = store.mfa(line.split(' ')).said();
        assert!(!said.stdout.contains(SECRET) && !said.stderr.contains(SECRET), "{line}");
    }
}

#[test]
fn a_picture_is_private_and_never_takes_the_place_of_a_file() {
    let store = TempStore::enrolled();
    for (name, begins) in [("x.png", &b"\x89PNG"[..]), ("x.svg", b"<"), ("y.SVG", b"<")] {
        let path = store.outside().join(name);
        let output = ["qr", "C", "--output", path.to_str().unwrap()];
        store.after("umask 000", output).gives(0, "", "");
        let picture = fs::read(&path).unwrap();
        assert!(picture.starts_with(begins), "{name}");
        assert_eq!(mode(&path), 0o600);
        let exists = format!("error: cannot write {}: File exists (os error 17)\n", path.display());
        store.mfa(output).gives(6, "", &exists);
        assert_eq!(fs::read(&path).unwrap(), picture);
    }
    let said = store.mfa(["qr", "C", "--output", "x.jpg"]).said();
    assert_eq!(said.status, Some(2));
    assert!(said.stderr.contains("the name must end in .png or .svg"), "{}", said.stderr);
    assert_eq!(
        fs::read(store.at("img/C.png")).unwrap(),
        fs::read(store.outside().join("x.png")).unwrap()
    );
}

#[test]
fn base64_holds_the_same_png_and_json_holds_the_same_base64() {
    let store = TempStore::enrolled();
    let said = store.mfa(["qr", "C", "--base64"]).said();
    let png = fs::read(store.at("img/C.png")).unwrap();
    let text = base64::engine::general_purpose::STANDARD.encode(png);
    assert_eq!((said.status, said.stdout), (Some(0), format!("{text}\n")));
    let expected = json!({"app": "C", "output": null, "base64": text});
    assert_eq!(store.mfa(["qr", "C", "--json"]).said().json(), expected);
    let path = store.outside().join("y.png");
    let path = path.to_str().unwrap();
    let expected = json!({"app": "C", "output": path, "base64": null});
    assert_eq!(store.mfa(["qr", "C", "--json", "--output", path]).said().json(), expected);
}

#[test]
fn a_picture_is_read_back_as_the_uri_and_so_is_one_with_a_logo() {
    let store = TempStore::enrolled();
    let logo = store.outside().join("logo.png");
    fs::copy(store.at("img/C.png"), &logo).unwrap();
    let folder = store.outside().to_str().unwrap().to_owned();
    for args in [vec!["qr", "C"], vec!["qr", "C", "--logo", logo.to_str().unwrap()]] {
        let path = format!("{folder}/{}.png", args.len());
        store.mfa(args).args(["--output", &path]).gives(0, "", "");
        let other = TempStore::new();
        other.mfa(["import", &path]).gives(0, "Imported C\n1 imported, 0 skipped, 0 refused\n", "");
        assert_eq!(other.mfa(["uri", "C"]).said().stdout, format!("{}\n", uri_of_c()));
    }
    let svg = format!("{folder}/x.svg");
    store.mfa(["qr", "C", "--logo", logo.to_str().unwrap(), "--output", &svg]).gives(
        2,
        "",
        "error: a logo goes into a PNG alone\nhint: name the output FILE.png\n",
    );
    store.mfa(["qr", "C", "--logo", logo.to_str().unwrap()]).gives(
        2,
        "",
        "error: a logo needs --output FILE.png or --base64\n",
    );
    assert!(!fs::exists(svg).unwrap());
}

#[test]
#[ignore = "needs zbarimg and python3"]
fn zbar_reads_the_picture_and_a_parser_of_xml_the_drawing() {
    let store = TempStore::enrolled();
    let [png, svg] = ["x.png", "x.svg"].map(|name| store.outside().join(name));
    for path in [&png, &svg] {
        store.mfa(["qr", "C", "--output", path.to_str().unwrap()]).gives(0, "", "");
    }
    // What it says about a missing desktop goes to stderr.
    let read = store.program("zbarimg", ["-q", "--raw", png.to_str().unwrap()]).said();
    assert_eq!(read.stdout, format!("{}\n", uri_of_c()));
    let parse =
        "import sys, xml.dom.minidom as d; print(d.parse(sys.argv[1]).documentElement.tagName)";
    store.program("python3", ["-c", parse, svg.to_str().unwrap()]).gives(0, "svg\n", "");
}
