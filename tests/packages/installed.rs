use crate::root::Root;

#[test]
#[ignore = "needs root, debootstrap and packaging/deb"]
fn the_package_puts_everything_in_its_place() {
    let root = Root::installed();
    let files = root
        .sh("dpkg -L mfa | while read -r file; do [ -d \"$file\" ] || echo \"$file\"; done")
        .said()
        .stdout;
    let (pages, others): (Vec<_>, Vec<_>) =
        files.lines().partition(|file| file.starts_with("/usr/share/man"));
    assert!(pages.contains(&"/usr/share/man/man1/mfa-serve.1.gz") && pages.len() > 30, "{pages:?}");
    let documents = |file: &&str| file.starts_with("/usr/share/doc/mfa/");
    let (documents, others): (Vec<_>, Vec<_>) = others.into_iter().partition(documents);
    assert!(documents.contains(&"/usr/share/doc/mfa/copyright"), "{documents:?}");
    let mut others = others;
    others.sort_unstable();
    assert_eq!(
        others,
        [
            "/etc/logrotate.d/mfa",
            "/usr/bin/mfa",
            "/usr/lib/systemd/system/mfa.service",
            "/usr/lib/x86_64-linux-gnu/security/pam_mfa.so",
            "/usr/share/bash-completion/completions/mfa",
            "/usr/share/fish/vendor_completions.d/mfa.fish",
            "/usr/share/lintian/overrides/mfa",
            "/usr/share/pam-configs/mfa",
            "/usr/share/zsh/vendor-completions/_mfa",
        ]
    );
    root.sh("mfa --version").gives(0, &format!("mfa {}\n", crate::VERSION), "");
}

#[test]
#[ignore = "needs root, debootstrap and packaging/deb"]
fn nothing_asks_and_nothing_runs_before_somebody_sets_it_up() {
    let root = Root::installed();
    root.sh("getent passwd mfa | cut -d : -f 6-").gives(0, "/var/lib/mfa:/usr/sbin/nologin\n", "");
    root.sh("ls -d /var/lib/mfa").gives(
        2,
        "",
        "ls: cannot access '/var/lib/mfa': No such file or directory\n",
    );
    root.sh("grep -rl pam_mfa /etc").gives(1, "", "");
    root.sh("find /etc/systemd -name 'mfa*'").gives(0, "", "");
}
