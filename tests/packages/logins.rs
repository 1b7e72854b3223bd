use crate::common::Said;
use crate::common::codes::{right, wrong};
use crate::root::Root;

const CHOOSE: &str = "pam-auth-update --package --enable mfa";

fn let_in(asked: &str) -> Said {
    Said {
        status: Some(0),
        stdout: "pamtester: successfully authenticated\n".into(),
        stderr: asked.into(),
    }
}

fn refused(asked: &str) -> Said {
    let stderr = format!("{asked}pamtester: Authentication failure\n");
    Said { status: Some(1), stdout: String::new(), stderr }
}

#[test]
#[ignore = "needs root, debootstrap and packaging/deb"]
fn the_profile_asks_those_who_are_enrolled_behind_their_password() {
    let root = Root::with_accounts();
    assert_eq!(root.login("alice", &["hunter2"]), let_in("Password: "));
    root.quietly(CHOOSE);
    let code = right();
    assert_eq!(root.login("alice", &["hunter2", &code]), let_in("Password: Code: "));
    let wrong = wrong();
    let told = "Code: the code is wrong, expired or already used\n".repeat(3);
    let answers = ["hunter2", &code, &wrong, &wrong];
    assert_eq!(root.login("alice", &answers), refused(&format!("Password: {told}")));
    assert_eq!(root.login("alice", &["wrong"]), refused("Password: "));
    assert_eq!(root.login("bob", &["hunter2"]), let_in("Password: "));
}

#[test]
#[ignore = "needs root, debootstrap and packaging/deb"]
fn a_profile_that_is_chosen_is_gone_before_its_module_is() {
    let root = Root::with_accounts();
    let before = root.read("/etc/pam.d/common-auth");
    root.quietly(CHOOSE);
    assert!(root.read("/etc/pam.d/common-auth").contains("required\tpam_mfa.so nullok"));
    root.quietly("dpkg --remove mfa");
    assert_eq!(root.read("/etc/pam.d/common-auth"), before);
    for user in ["alice", "bob"] {
        assert_eq!(root.login(user, &["hunter2"]), let_in("Password: "));
    }
}

#[test]
#[ignore = "needs root, debootstrap and packaging/deb"]
fn the_module_is_not_taken_away_from_those_who_ask_it() {
    let told = "error: these files of PAM ask pam_mfa.so, and let nobody in without it:\nFILE\n\
        hint: take its lines out of them, or set MFA_FORCE_REMOVE=yes\n";
    let by_hand = "sed -i 's/^# end of pam-auth-update/auth required pam_mfa.so tries=1\\n&/' /etc/pam.d/common-auth";
    for (file, by) in [
        ("/etc/pam.d/sshd", "echo 'auth required pam_mfa.so' >> /etc/pam.d/sshd"),
        ("/etc/pam.d/common-auth", "echo 'auth required pam_mfa.so' >> /etc/pam.d/common-auth"),
        ("/etc/pam.d/common-mfa", "echo 'auth required pam_mfa.so' > /etc/pam.d/common-mfa"),
        (
            "/usr/lib/pam.d/foo",
            "mkdir -p /usr/lib/pam.d; echo 'auth required pam_mfa.so' > /usr/lib/pam.d/foo",
        ),
        (
            "/srv/mfa",
            "echo 'auth required pam_mfa.so' > /srv/mfa; echo '@include /srv/mfa' >> /etc/pam.d/su",
        ),
        ("/etc/pam.d/common-auth", by_hand),
    ] {
        let root = Root::with_accounts();
        root.quietly(CHOOSE);
        root.quietly(&format!("echo '# no pam_mfa.so' >> /etc/pam.d/login; {by}"));
        let before = root.read("/etc/pam.d/common-auth");
        let said = root.sh("dpkg --remove mfa").said();
        assert_eq!(said.status, Some(1), "{said:#?}");
        assert!(said.stderr.contains(&told.replace("FILE", file)), "{said:#?}");
        assert_eq!(root.read("/etc/pam.d/common-auth"), before, "{by}");
        root.sh("dpkg-query -W -f '${db:Status-Status}\n' mfa").gives(0, "installed\n", "");
        root.quietly("MFA_FORCE_REMOVE=yes dpkg --remove mfa");
    }
}
