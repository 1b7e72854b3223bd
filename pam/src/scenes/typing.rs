use super::*;

#[test]
fn a_right_code_opens_once_and_the_log_says_who_came() {
    let scene = Scene::new();
    assert_eq!(scene.types(&[], &[RIGHT]), (End::Accepted, said(&["? Code: "])));
    let again = scene.types(&["tries=1"], &[RIGHT]);
    assert_eq!(again, (End::Wrong, said(&["? Code: "])));
    let (outcomes, line) = scene.log();
    assert_eq!(outcomes, ["accepted", "reused"]);
    let who = r#""service":"sshd","user":"alice","rhost":"192.0.2.7","#;
    assert!(line.contains(who), "{line}");
}

#[test]
fn a_wrong_code_may_be_followed_by_a_right_one_until_the_tries_are_used_up() {
    let scene = Scene::new();
    let expected = said(&["? Code: ", NO, "? Code: "]);
    assert_eq!(scene.types(&["quiet"], &[WRONG, RIGHT]), (End::Accepted, expected));
    let scene = Scene::new();
    let expected = said(&["? Code: ", NO, "? Code: ", NO, "? Code: "]);
    assert_eq!(scene.types(&[], &[WRONG; 3]), (End::Wrong, expected));
}

#[test]
fn what_is_no_code_costs_a_try_and_counts_as_no_failure() {
    let scene = Scene::new();
    let no_code = "! a code is 6 to 8 digits, a backup code three groups of four";
    let expected = said(&["? Code: ", no_code, "? Code: ", NO, "? Code: "]);
    assert_eq!(scene.types(&[], &["hunter2", "12345678", ""]), (End::Wrong, expected));
    assert_eq!(scene.store().get(&alice()).unwrap().account.failures().0, 0);
    assert_eq!(scene.log().0, Vec::<String>::new());
}

#[test]
fn whoever_is_let_in_hears_of_failures_unless_the_line_is_quiet() {
    for (args, heard) in [
        (&[][..], &["3 failures since the last success, from 1970-01-01T00:00:59Z"][..]),
        (&["quiet"], &[]),
    ] {
        let scene = Scene::new();
        assert_eq!(scene.types(&[], &[WRONG; 3]).0, End::Wrong);
        let expected = said(&[&["? Code: "], heard].concat());
        assert_eq!(scene.types(args, &[RIGHT]), (End::Accepted, expected));
    }
}

#[test]
fn the_prompt_and_the_app_are_what_the_line_says() {
    let scene = Scene::new();
    let expected = said(&["? Your code: "]);
    let args = ["prompt=Your code: ", "app=%u"];
    assert_eq!(scene.types(&args, &[RIGHT]), (End::Accepted, expected));
    let hidden = said(&["?* Code: "]);
    assert_eq!(scene.types(&["echo=off", "tries=1"], &[WRONG]), (End::Wrong, hidden));
    assert_eq!(scene.types(&["app=%s-%u", "tries=1"], &[RIGHT]).0, End::NotEnrolled);
}
