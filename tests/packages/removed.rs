use crate::common::Said;
use crate::root::Root;

const LEFT: &str = "warning: /var/lib/mfa is still there, with the secrets of the second factors and their log\n\
    hint: once nobody needs them: rm -r /var/lib/mfa\n";

/// Purges the package, and returns what its script says.
fn purged(root: &Root) -> (Option<i32>, String) {
    let Said { status, stderr, .. } = root.sh("dpkg --purge mfa").said();
    // dpkg names a folder that it leaves to others.
    let of_dpkg = |line: &&str| line.starts_with("dpkg: warning: while removing");
    (status, stderr.split_inclusive('\n').filter(|line| !of_dpkg(line)).collect())
}

#[test]
#[ignore = "needs root, debootstrap and packaging/deb"]
fn a_purge_leaves_the_store_and_says_so() {
    let root = Root::with_accounts();
    root.quietly("dpkg --remove mfa");
    root.sh("ls /var/lib/mfa/secrets").gives(0, "alice\n", "");
    assert_eq!(purged(&root), (Some(0), LEFT.into()));
    root.sh("ls /var/lib/mfa/secrets").gives(0, "alice\n", "");
    // As it says.
    root.quietly("rm -r /var/lib/mfa");
}

#[test]
#[ignore = "needs root, debootstrap and packaging/deb"]
fn a_purge_without_a_store_leaves_nothing_but_the_user() {
    let root = Root::new();
    let everything =
        "find / -xdev -type d -name log -prune -o -name '*mfa*' ! -name mfa.deb -print";
    root.sh(everything).gives(0, "", "");
    root.quietly("dpkg -i /root/mfa.deb");
    assert_eq!(purged(&root), (Some(0), String::new()));
    root.sh(everything).gives(0, "", "");
}
