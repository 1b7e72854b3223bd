// The words for what went wrong.

export const UNREACHABLE = "There is no connection to the service. Try again.";
const OTHER = "The service could not do that. Try again in a moment.";

const minutes = (seconds) => (seconds < 100 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`);

/// Says why a code was not taken, or a device not added.
export function enrolment({ reason, value }) {
  switch (reason) {
    case "wrong":
      return "That code is wrong.";
    case "reused":
      return "That code was used before. Wait for the next one.";
    case "throttled":
      return `Too many attempts. Try again in ${minutes(value.retry_after ?? 60)}.`;
    case "disabled":
      return "This app is disabled after too many wrong codes. Whoever runs the service can unlock it.";
    case "too_many":
      return "This app has as many devices as it can have. Remove one first.";
    case "credential":
      return "The passkey could not be verified. It has to check that it is you, by finger, face or PIN.";
    case "bad_request":
      return "That is not a code of this app. Check it, and the name of the device.";
    case "unreachable":
      return UNREACHABLE;
    default:
      return OTHER;
  }
}

/// Says why a passkey was not created.
export function creation(error) {
  if (error.name === "InvalidStateError") return "This device has a passkey for this app already.";
  if (error.name === "NotSupportedError" || error.name === "ConstraintError")
    return "This device cannot check that it is you. Set up a screen lock, or use another device.";
  return "No passkey was created: it was cancelled, or took too long. Try again.";
}

/// Says why a request was not answered, which is still open.
export function answer({ reason }) {
  switch (reason) {
    case "assertion":
      return "The passkey could not be verified. It has to check that it is you, by finger, face or PIN.";
    case "session":
      return "This device was signed out. Approve instead, or let the request expire.";
    case "unreachable":
      return UNREACHABLE;
    default:
      return OTHER;
  }
}

/// Says what has become of a request that is no longer open: a title, and what to do.
export const OUTCOMES = {
  approved: ["Approved", "You can go back to where you were asked."],
  denied: ["Denied", "Nobody was let in, and no device is asked for an hour. If you did not start this, tell whoever runs the service."],
  wrong: ["Denied", "That was not the number shown, so nobody was let in. No device is asked for an hour: use a code."],
  expired: ["Expired", "It was not answered in time, so nobody was let in. Ask again if you still need it."],
  cancelled: ["Cancelled", "Whoever asked has cancelled the request."],
  answered: ["Already answered", "It was answered on another device, or in another window."],
  unknown_challenge: ["No longer there", "The service does not know this request any more."],
  gone: ["No longer waiting", "It was answered elsewhere, or cancelled by whoever asked."],
};
