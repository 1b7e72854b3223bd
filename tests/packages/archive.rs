use std::fs;
use std::path::{Path, PathBuf};

use crate::common::TempStore;
use crate::{archive, packages};

/// Unpacks the archive beside a store, and returns its folder.
pub fn unpacked(store: &TempStore) -> PathBuf {
    let file = packages().join(archive() + ".tar.gz");
    let folder = store.outside();
    store
        .program("tar", ["-xzf", file.to_str().unwrap(), "-C", folder.to_str().unwrap()])
        .gives(0, "", "");
    folder.join(archive())
}

/// Returns the names of the files and folders below a folder.
fn listed(store: &TempStore, folder: &Path) -> String {
    store.program("ls", [folder]).env("LC_ALL", "C").said().stdout
}

#[test]
#[ignore = "needs packaging/build"]
fn the_archive_has_the_program_and_what_belongs_to_it() {
    let store = TempStore::new();
    let folder = unpacked(&store);
    let all = "CHANGELOG.md CONTRIBUTING.md LICENSE-APACHE LICENSE-LGPL-2.1 LICENSE-MIT README.md THIRD-PARTY.md completions docs man mfa packaging pam ";
    assert_eq!(listed(&store, &folder).replace('\n', " "), all);
    assert_eq!(listed(&store, &folder.join("completions")), "_mfa\nmfa.bash\nmfa.fish\n");
    let version = format!("mfa {}\n", crate::VERSION);
    store.program(folder.join("mfa"), ["--version"]).gives(0, &version, "");
    let linked = store.program("ldd", [folder.join("mfa")]).said();
    assert!(format!("{linked:?}").contains("statically linked"), "{linked:?}");
    let licences = fs::read_to_string(folder.join("THIRD-PARTY.md")).unwrap();
    assert!(
        ["- axum 0.", "- ring 0.", "- webauthn-rs 0."].iter().all(|name| licences.contains(name))
    );
    // The commands of all features have their pages.
    for page in ["mfa.1", "mfa-serve.1", "mfa-init.1", "mfa-sms.1"] {
        assert!(folder.join("man").join(page).exists(), "{page}");
    }
}

#[test]
#[ignore = "needs packaging/build"]
fn the_archive_belongs_to_nobody_and_its_checksum_is_right() {
    let store = TempStore::new();
    let file = packages().join(archive() + ".tar.gz");
    let listed = store.program("tar", ["--numeric-owner", "-tvzf"]).args([&file]).said();
    let modes = ["drwxr-xr-x 0/0", "-rw-r--r-- 0/0", "-rwxr-xr-x 0/0"];
    let strange = |line: &&str| !modes.iter().any(|mode| line.starts_with(mode));
    assert_eq!(listed.stdout.lines().filter(strange).collect::<Vec<_>>(), <[&str; 0]>::default());
    let sum = archive() + ".tar.gz.sha256";
    let told = archive() + ".tar.gz: OK\n";
    store.program("sha256sum", ["--check", &sum]).inside(packages()).gives(0, &told, "");
}

#[test]
#[ignore = "needs packaging/build"]
fn whatever_the_texts_of_the_archive_refer_to_is_in_it() {
    let store = TempStore::new();
    let folder = unpacked(&store);
    let mut texts = vec![folder.join("README.md"), folder.join("pam/README.md")];
    texts.push(folder.join("packaging/README.md"));
    let docs = fs::read_dir(folder.join("docs")).unwrap().map(|entry| entry.unwrap().path());
    texts.extend(docs.filter(|path| path.extension().is_some_and(|kind| kind == "md")));
    let mut looked_for = 0;
    for text in texts {
        let written = fs::read_to_string(&text).unwrap();
        for link in written.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            if link.is_empty() || link.contains("://") || link.contains(char::is_whitespace) {
                continue;
            }
            assert!(text.with_file_name(link).exists(), "{}: {link}", text.display());
            looked_for += 1;
        }
    }
    assert!(looked_for > 20, "{looked_for}");
}
