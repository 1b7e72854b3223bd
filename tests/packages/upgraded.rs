use crate::common::codes::right;
use crate::root::Root;

/// Puts a package of an older version in the place of the one that is there.
const OLDER: &str = "cd /root
dpkg-deb --raw-extract mfa.deb older
sed -i 's/^Version: .*/Version: 0.0.1-1/' older/DEBIAN/control
dpkg-deb --root-owner-group --build older older.deb
dpkg -i older.deb";

#[test]
#[ignore = "needs root, debootstrap and packaging/deb"]
fn an_upgrade_keeps_what_was_used_and_what_was_set_up() {
    let root = Root::new();
    root.quietly(OLDER);
    root.enrol("deploy");
    let authenticate = "mfa --store /var/lib/mfa authenticate deploy -o -";
    let code = right();
    root.sh(authenticate).fed(&*code).gives(0, "Welcome\n", "");
    root.quietly(
        "pam-auth-update --package --enable mfa
        echo '# changed' >> /etc/logrotate.d/mfa",
    );
    let kept = ["/etc/pam.d/common-auth", "/etc/logrotate.d/mfa"];
    let before = kept.map(|file| root.read(file));
    root.quietly("dpkg -i /root/mfa.deb");
    root.sh("dpkg-query -W -f '${Version}\n' mfa").gives(0, &format!("{}-1\n", crate::VERSION), "");
    root.sh(authenticate).fed(&*code).gives(1, "OTP verification failed\n", "");
    assert_eq!(kept.map(|file| root.read(file)), before);
}
