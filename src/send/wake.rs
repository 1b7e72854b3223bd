use std::io;
use std::thread::{Builder, Scope, ScopedJoinHandle, scope};

use super::{Notifier, SendError, WebPush};
use crate::domain::{AppName, Bounded, Device, DeviceId, UnixTime};

/// What the owner's devices are woken for.
#[derive(Clone, Copy, Debug)]
pub struct Wake<'a> {
    /// The app.
    pub app: &'a AppName,
    /// The purpose that whoever asks has given.
    pub purpose: Option<&'a str>,
    /// The address of the page where it is answered.
    pub origin: &'a str,
}

/// What became of one message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The device that was woken; `None` for the notification.
    pub device: Option<DeviceId>,
    /// Whether the message was taken.
    pub result: Result<(), SendError>,
}

impl Outcome {
    /// Returns the device whose subscription is to be forgotten, since its browser no longer has it.
    #[must_use]
    pub fn gone(&self) -> Option<DeviceId> {
        self.device.filter(|_| self.result == Err(SendError::Gone))
    }
}

/// Wakes all devices that have a subscription, and sends the notification.
///
/// All at the same time: whoever asks waits for it, and a push service that hangs must not keep the
/// other devices asleep. An error is no reason to give up the challenge, since the page asks by itself
/// what is waiting.
#[must_use]
pub fn wake(
    devices: &[Device],
    push: Option<&WebPush>,
    notify: Option<&Notifier>,
    wake: &Wake<'_>,
    now: UnixTime,
) -> Vec<Outcome> {
    let names: Vec<_> = devices.iter().map(|device| device.name.as_str()).collect();
    let names = names.join(", ");
    scope(|scope| {
        let woken = devices.iter().filter_map(|device| {
            let (push, subscription) = (push?, device.subscription.as_ref()?);
            Some((Some(device.id), begun(scope, || wake_at(push, subscription, now))))
        });
        let told = notify.map(|notify| (None, begun(scope, || notify.tell(wake, &names))));
        let all: Vec<_> = woken.chain(told).collect();
        let ended = |(device, thread)| Outcome { device, result: ended(thread) };
        all.into_iter().map(ended).collect()
    })
}

fn wake_at(push: &WebPush, subscription: &Bounded<1024>, now: UnixTime) -> Result<(), SendError> {
    // What is listed may have changed since it was stored.
    push.wake(&push.check(subscription.as_str())?, now)
}

type Sending<'scope> = io::Result<ScopedJoinHandle<'scope, Result<(), SendError>>>;

fn begun<'scope>(
    scope: &'scope Scope<'scope, '_>,
    send: impl FnOnce() -> Result<(), SendError> + Send + 'scope,
) -> Sending<'scope> {
    Builder::new().spawn_scoped(scope, send)
}

fn ended(thread: Sending<'_>) -> Result<(), SendError> {
    let thread = thread.map_err(|error| SendError::Unsendable(error.to_string()))?;
    thread.join().unwrap_or_else(|_| Err(SendError::Unsendable("what sends it is broken".into())))
}
