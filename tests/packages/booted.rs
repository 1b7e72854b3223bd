//! The package in a system with systemd.

use std::fs;

use crate::common::disk;
use crate::root::Root;

/// Starts the script below, and ends the system with it.
const UNIT: &str = "[Unit]
SuccessAction=poweroff
FailureAction=poweroff
[Service]
Type=oneshot
TimeoutStartSec=60
ExecStart=/bin/bash /root/check
StandardOutput=file:/root/told
StandardError=file:/root/log
";

const CHECK: &str = r#"
state() { echo "$1: $(systemctl is-enabled mfa) $(systemctl is-active mfa)"; }
answer() {
    exec 3<>/dev/tcp/127.0.0.1/8080
    printf 'GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    head -n 1 <&3 | tr -d '\r'
}
dpkg -i /root/mfa.deb >&2
state installed

mfa --store /var/lib/mfa create -n me -i Example --no-image
install -m 600 /dev/null /var/lib/mfa/config.toml
systemctl start mfa || state "with a store of root's"
systemctl reset-failed mfa
stat -c '%U %n' /var/lib/mfa/secrets/*
rm -r /var/lib/mfa

install -d -m 700 -o mfa -g mfa /var/lib/mfa /var/lib/mfa/secrets
install -m 600 -o mfa -g mfa /dev/null /var/lib/mfa/config.toml
systemctl enable --now mfa
state configured
answer

before=$(systemctl show --property MainPID mfa)
dpkg -i /root/mfa.deb >&2
[ "$(systemctl show --property MainPID mfa)" = "$before" ] || state "upgraded and restarted"
answer

dpkg --remove mfa >&2
state removed
dpkg --purge mfa >&2
find /etc/systemd -name '*mfa*'
"#;

const TOLD: &str = "\
installed: disabled inactive
Configuring MFA for Account: me, Issuer: Example
with a store of root's: disabled failed
root /var/lib/mfa/secrets/Example
configured: enabled active
HTTP/1.1 200 OK
upgraded and restarted: enabled active
HTTP/1.1 200 OK
removed: masked inactive
";

#[test]
#[ignore = "needs root, debootstrap, systemd-nspawn and packaging/deb"]
fn the_service_runs_once_it_is_configured_and_ends_with_its_package() {
    let root = Root::new();
    fs::write(root.at("/root/check"), CHECK).unwrap();
    fs::write(root.at("/etc/systemd/system/check.service"), UNIT).unwrap();
    let wanted = root.at("/etc/systemd/system/multi-user.target.wants");
    fs::create_dir_all(&wanted).unwrap();
    std::os::unix::fs::symlink("../check.service", wanted.join("check.service")).unwrap();
    disk::set_mode(root.at("/root/check"), 0o700);
    let boot = [
        "120",
        "systemd-nspawn",
        "--quiet",
        "--register=no",
        "--keep-unit",
        "--boot",
        "--directory",
    ];
    let said = root.store.program("timeout", boot).args([root.path()]).said();
    assert_eq!(said.status, Some(0), "{said:#?}");
    assert_eq!(root.read("/root/told"), TOLD, "{}", root.read("/root/log"));
}
