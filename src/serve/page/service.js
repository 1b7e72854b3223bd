// What the page asks of the service. An answer has its status, its JSON, and the reason of a problem.

/// The answer where the service could not be reached.
const UNREACHABLE = { status: 0, reason: "unreachable", value: {} };

async function ask(method, path, body, signal) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: body && JSON.stringify(body),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal,
    });
    const text = await response.text();
    const value = text ? JSON.parse(text) : {};
    return { status: response.status, reason: value.reason, value };
  } catch {
    return UNREACHABLE;
  }
}

export const begin = (token, code, name) => ask("POST", "/api/device/begin", { token, code, name });

export const enrol = (token, credential) => ask("POST", "/api/device/enrol", { token, credential });

/// Asks what is waiting; with a wait, the answer comes once that is other than what was seen.
export function pending(wait, seen, signal) {
  const query = new URLSearchParams({ wait, seen: seen.join(",") });
  return ask("GET", `/api/device/pending?${query}`, undefined, signal);
}

export const deny = ({ challenge, device }) =>
  ask("POST", "/api/auth/mfa/push/respond", { challenge, approved: false, deviceId: device });

export const approve = ({ challenge, device }, number, assertion) =>
  ask("POST", "/api/auth/mfa/push/respond", { challenge, approved: true, deviceId: device, number, assertion });

export const subscribe = (deviceId, subscription) =>
  ask("PUT", "/api/device/subscription", { deviceId, subscription });

export const remove = (deviceId) => ask("DELETE", "/api/device", { deviceId });
