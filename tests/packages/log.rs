use crate::common::codes::right;
use crate::root::Root;

#[test]
#[ignore = "needs root, debootstrap and packaging/deb"]
fn a_rotated_log_goes_on_in_a_private_file() {
    let root = Root::with_accounts();
    let authenticate = "mfa --store /var/lib/mfa authenticate alice -o -";
    root.sh(authenticate).fed("000000").gives(1, "OTP verification failed\n", "");
    root.sh("logrotate --force /etc/logrotate.d/mfa").gives(0, "", "");
    root.sh("ls /var/lib/mfa").gives(0, "audit.jsonl.1\nimg\nsecrets\nstate\n", "");
    let said = root.sh(authenticate).fed(right()).said();
    assert_eq!((said.status, &*said.stdout), (Some(0), "Welcome\n"), "{said:?}");
    root.sh("stat -c '%a %U %n' /var/lib/mfa/audit*").gives(
        0,
        "600 root /var/lib/mfa/audit.jsonl\n600 root /var/lib/mfa/audit.jsonl.1\n",
        "",
    );
    root.sh("wc -l < /var/lib/mfa/audit.jsonl").gives(0, "1\n", "");
    let healthy = "Store: /var/lib/mfa\nApps: 1\nClock: unknown whether it is synchronised\nNothing is wrong\n";
    root.sh("mfa --store /var/lib/mfa doctor").gives(0, healthy, "");
}
