use hmac::{Hmac, KeyInit, Mac};
use mfa::domain::{
    Account, Answer, Approval, Asked, ChallengeId, Credential, Device, DeviceId, Factor, Number,
    Push, Question, Secret, Sms, Totp, UnixTime, Verdict,
};
use proptest::prelude::*;
use sha2::Sha256;

use crate::cases;

/// What happens next; numbers count back from the newest code or question.
#[derive(Clone, Copy, Debug)]
enum Step {
    Clock(i64),
    SendSms,
    CodeBySms(usize),
    CodeOfApp,
    WrongCode,
    Ask,
    Answer { back: usize, device: u8, choice: Choice },
    Redeem { back: usize, by_other: bool },
    Cancel,
    RemoveDevice(u8),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Choice {
    Right,
    WrongNumber,
    Deny,
}

/// A second, simpler account of codes by SMS: every code that was sent, and what became of it.
struct Code {
    text: String,
    at: u64,
    wrong: u32,
    is_void: bool,
}

/// The same of questions.
struct Asking {
    id: ChallengeId,
    at: u64,
    approved: Option<u8>,
    is_over: bool,
}

/// A wait that the clock, set back, begins again.
#[derive(Default)]
struct Wait(Option<u64>);

impl Wait {
    /// Reports whether it is over, and sees what time it is.
    fn is_over(&mut self, length: u64, now: u64) -> bool {
        self.0 = self.0.map(|began| began.min(now));
        self.0.is_none_or(|began| now - began >= length)
    }
}

/// The waits in seconds after three messages, four, and so on; the last applies from there on.
const WAITS: [u64; 9] = [0, 30, 60, 120, 240, 480, 960, 1920, 3600];

struct World {
    account: Account,
    now: u64,
    codes: Vec<Code>,
    questions: Vec<Asking>,
    asked_in_a_row: usize,
    wait_of_all: Wait,
    wait_of_sms: Wait,
    wait_of_denial: Wait,
}

fn secret() -> Secret {
    Secret::parse(b"GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ").unwrap()
}

/// Computes a code by SMS as the documentation says that it is made.
fn code_of(nonce: &[u8; 16]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret().expose_bytes()).unwrap();
    mac.update(b"mfa sms v1");
    mac.update(nonce);
    let bytes = mac.finalize().into_bytes();
    let offset = usize::from(bytes[31] & 15);
    let number = u32::from_be_bytes(bytes[offset..offset + 4].try_into().unwrap());
    format!("{:06}", (number & 0x7fff_ffff) % 1_000_000)
}

fn device(id: u8) -> Device {
    Device {
        id: DeviceId([id; 16]),
        name: "phone".parse().unwrap(),
        passkey: "{}".parse().unwrap(),
        created: UnixTime(0),
        last_used: None,
        subscription: None,
        session: None,
    }
}

fn number(number: u8) -> Number {
    Number::try_from(number).unwrap()
}

fn question(count: usize) -> Question {
    let id = ChallengeId(u128::try_from(count).unwrap().to_be_bytes());
    let caller = Some("api".parse().unwrap());
    Question { id, purpose: None, host: None, caller, number: number(42) }
}

impl World {
    fn new(now: u64, failures: u32) -> Self {
        let push = Push::default().with_device(device(0)).unwrap().with_device(device(1)).unwrap();
        let sms = Some(Sms::new("+15550100199".parse().unwrap(), UnixTime(now)));
        let mut account = Account::new("Corp".parse().unwrap(), None, Totp::default(), None);
        account.guard.throttle.failures = failures;
        Self {
            account: Account { sms, push, ..account },
            now,
            codes: Vec::new(),
            questions: Vec::new(),
            asked_in_a_row: 0,
            wait_of_all: Wait::default(),
            wait_of_sms: Wait::default(),
            wait_of_denial: Wait::default(),
        }
    }

    fn time(&self) -> UnixTime {
        UnixTime(self.now)
    }

    fn take(&mut self, step: Step) {
        match step {
            Step::Clock(by) => self.now = self.now.saturating_add_signed(by),
            Step::SendSms => self.send_sms(),
            Step::CodeBySms(back) => {
                let code = self.codes.iter().rev().nth(back).map(|code| code.text.clone());
                if let Some(code) = code {
                    self.try_code(&code);
                }
            }
            Step::CodeOfApp => self.try_code(&Totp::default().code(&secret(), self.time())),
            Step::WrongCode => self.try_code("000000"),
            Step::Ask => self.ask(),
            Step::Answer { back, device, choice } => self.answer(back, device, choice),
            Step::Redeem { back, by_other } => self.redeem(back, by_other),
            Step::Cancel => self.cancel(),
            Step::RemoveDevice(device) => self.remove(device),
        }
    }

    /// Checks that the waits hold, that they are never longer than they may be, and that waiting for as
    /// long as is said is enough.
    fn admit(
        &mut self,
        asked: Asked,
        own_is_over: bool,
        ask: impl Fn(&Account, UnixTime) -> Asked,
    ) {
        let wait = WAITS[self.asked_in_a_row.saturating_sub(3).min(8)];
        let may = self.wait_of_all.is_over(wait, self.now) && own_is_over;
        match asked {
            Asked::Sent => {
                assert!(may, "too early");
                self.asked_in_a_row += 1;
                self.wait_of_all = Wait(Some(self.now));
            }
            Asked::Throttled { retry_after } => {
                assert!(!may && (1..=3600).contains(&retry_after));
                let then = UnixTime(self.now.saturating_add(retry_after));
                assert_eq!(ask(&self.account, then), Asked::Sent);
            }
            Asked::Disabled => assert!(self.account.is_disabled()),
            other => panic!("{other:?}"),
        }
    }

    fn send_sms(&mut self) {
        let nonce = u128::try_from(self.codes.len()).unwrap().to_be_bytes();
        let (asked, after) = self.account.send_sms(nonce, self.time());
        self.account = after;
        if asked != Asked::Disabled {
            self.see_codes();
        }
        let is_over = self.wait_of_sms.is_over(60, self.now);
        self.admit(asked, is_over, |account, then| account.send_sms(nonce, then).0);
        if asked == Asked::Sent {
            self.wait_of_sms = Wait(Some(self.now));
            self.codes.iter_mut().for_each(|code| code.is_void = true);
            let text = code_of(&nonce);
            self.codes.push(Code { text, at: self.now, wrong: 0, is_void: false });
        }
    }

    /// Sees what time it is: a code that has expired, or is from the future, is void for good.
    fn see_codes(&mut self) {
        let now = self.now;
        self.wait_of_sms.is_over(0, now);
        let is_good = |code: &Code| (code.at..code.at + 300).contains(&now);
        self.codes.iter_mut().for_each(|code| code.is_void |= !is_good(code));
    }

    fn try_code(&mut self, text: &str) {
        let before = self.account.clone();
        let credential: Credential = text.parse().unwrap();
        let judged = before.verify(&secret(), &credential, self.time()).unwrap();
        self.account = judged.account;
        match judged.verdict {
            Verdict::Throttled { .. } | Verdict::Disabled => {
                assert_eq!(before.sms, self.account.sms, "it was looked at");
                return;
            }
            Verdict::Accepted if judged.factor == Factor::Totp => {
                assert!(before.guard.last_step < self.account.guard.last_step);
                self.let_in();
                return;
            }
            _ => self.see_codes(),
        }
        let now = self.now;
        let code = self.codes.last_mut().filter(|code| !code.is_void && now < code.at + 300);
        let is_right = code.as_ref().is_some_and(|code| code.text == text);
        assert_eq!(judged.verdict == Verdict::Accepted, is_right, "{text} at {now}");
        if is_right {
            code.unwrap().is_void = true;
            return self.let_in();
        }
        assert_eq!(self.account.failures().0, before.failures().0 + 1);
        if let Some(code) = code {
            code.wrong += 1;
            code.is_void = code.wrong >= 5;
        }
    }

    fn let_in(&mut self) {
        assert_eq!(self.account.failures().0, 0);
        self.asked_in_a_row = 0;
        self.wait_of_all = Wait::default();
    }

    /// Returns the question that somebody can be let in by, which is the newest one.
    fn open(&self) -> Option<&Asking> {
        let asked = self.questions.last()?;
        let until = asked.at + if asked.approved.is_some() { 180 } else { 120 };
        (!asked.is_over && (asked.at..until).contains(&self.now)).then_some(asked)
    }

    fn ask(&mut self) {
        let question = question(self.questions.len());
        let (asked, after) = self.account.challenge(question.clone(), self.time());
        let open = self.open().is_some();
        match asked {
            Asked::Pending => return assert!(open && after == self.account),
            Asked::NoDevice => return assert!(self.account.push.devices.is_empty()),
            _ => assert!(!open || self.account.is_disabled(), "two are open"),
        }
        self.account = after;
        let ends = !open && asked != Asked::Disabled;
        self.questions.last_mut().into_iter().for_each(|asked| asked.is_over |= ends);
        let is_over = self.wait_of_denial.is_over(3600, self.now);
        self.admit(asked, is_over, |account, then| account.challenge(question.clone(), then).0);
        if asked == Asked::Sent {
            self.questions.iter_mut().for_each(|asked| asked.is_over = true);
            let asking = Asking { id: question.id, at: self.now, approved: None, is_over: false };
            self.questions.push(asking);
        }
    }

    fn answer(&mut self, back: usize, device: u8, choice: Choice) {
        let Some(id) = self.questions.iter().rev().nth(back).map(|asked| asked.id) else { return };
        let answer = match choice {
            Choice::Right => Answer::Approve(number(42)),
            Choice::WrongNumber => Answer::Approve(number(43)),
            Choice::Deny => Answer::Deny,
        };
        let by = DeviceId([device; 16]);
        let waits = back == 0 && self.open().is_some_and(|asked| asked.approved.is_none());
        let may = waits && self.account.push.device(by).is_some();
        let after = self.account.push.answered(id, by, answer, self.time());
        assert_eq!(after.is_some(), may);
        let Some(after) = after else { return };
        self.account.push = after;
        let asked = self.questions.last_mut().unwrap();
        if choice == Choice::Right {
            asked.approved = Some(device);
        } else {
            asked.is_over = true;
            self.wait_of_denial = Wait(Some(self.now));
        }
    }

    fn redeem(&mut self, back: usize, by_other: bool) {
        let Some(id) = self.questions.iter().rev().nth(back).map(|asked| asked.id) else { return };
        let caller = Some(if by_other { "other" } else { "api" }.parse().unwrap());
        let credential = Credential::Approval(Approval { id, caller });
        let judged = self.account.verify(&secret(), &credential, self.time()).unwrap();
        let is_ours = back == 0 && !by_other && !self.account.is_disabled();
        let may = is_ours && self.open().is_some_and(|asked| asked.approved.is_some());
        assert_eq!(judged.verdict == Verdict::Accepted, may, "{:?}", judged.verdict);
        self.account = judged.account;
        let ends = is_ours && (may || self.open().is_none());
        self.questions.last_mut().unwrap().is_over |= ends;
        if may {
            self.let_in();
        }
    }

    fn cancel(&mut self) {
        let Some(asked) = self.questions.last_mut() else { return };
        let caller = Some("api".parse().unwrap());
        let approval = Approval { id: asked.id, caller };
        asked.is_over = true;
        self.account.push = self.account.push.cancelled(&approval, self.time()).unwrap();
    }

    fn remove(&mut self, device: u8) {
        let Some(push) = self.account.push.without_device(DeviceId([device; 16]), self.time())
        else {
            return;
        };
        self.account.push = push;
        if let Some(asked) = self.questions.last_mut().filter(|a| a.approved == Some(device)) {
            asked.is_over = true;
        }
    }
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let clock = prop_oneof![
        6 => 0..40_i64,
        4 => 0..400_i64,
        2 => 0..5000_i64,
        3 => proptest::sample::select(vec![30_i64, 60, 120, 180, 300, 3600]),
        1 => -400..0_i64,
        1 => -400_000_000..400_000_000_i64,
    ];
    let back = prop_oneof![6 => Just(0_usize), 1 => 1..3_usize];
    let choice = prop_oneof![4 => Just(Choice::Right), 1 => Just(Choice::WrongNumber), 1 => Just(Choice::Deny)];
    let answer = (back.clone(), 0..3_u8, choice).prop_map(|(back, device, choice)| Step::Answer {
        back,
        device,
        choice,
    });
    let redeem = (back.clone(), proptest::bool::weighted(0.1))
        .prop_map(|(back, by_other)| Step::Redeem { back, by_other });
    let step = prop_oneof![
        10 => clock.prop_map(Step::Clock),
        5 => Just(Step::SendSms),
        3 => back.prop_map(Step::CodeBySms),
        1 => Just(Step::CodeOfApp),
        3 => Just(Step::WrongCode),
        4 => Just(Step::Ask),
        4 => answer,
        4 => redeem,
        1 => Just(Step::Cancel),
        1 => (0..60_u8).prop_map(Step::RemoveDevice),
    ];
    proptest::collection::vec(step, 1..200)
}

proptest! {
    #![proptest_config(cases(500))]

    #[test]
    fn what_is_sent_and_asked_lets_in_once_in_time_and_as_often_as_the_waits_allow(
        steps in steps(), start in prop_oneof![Just(1_700_000_000_u64), Just(1_000_000)],
        failures in prop_oneof![5 => Just(0_u32), 1 => Just(97)]
    ) {
        let mut world = World::new(start, failures);
        for step in steps {
            world.take(step);
        }
    }
}
