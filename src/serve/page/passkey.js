// Passkeys, and their JSON (WebAuthn level 3) where a browser has no conversions of its own.

export const hasPasskeys = () =>
  window.isSecureContext && "PublicKeyCredential" in window && "credentials" in navigator;

/// Creates a passkey from the service's options, and returns it as JSON.
export async function create(options) {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON?.(options) ?? {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map(withBytes),
  };
  return json(await navigator.credentials.create({ publicKey }));
}

/// Asks for an approval by a passkey, and returns it as JSON.
export async function approve(options, signal) {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON?.(options) ?? {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: (options.allowCredentials ?? []).map(withBytes),
  };
  return json(await navigator.credentials.get({ publicKey, signal }));
}

function json(credential) {
  // Password managers put their own credentials here, which lack it or cannot do it.
  try {
    return credential.toJSON();
  } catch {
    const { id, rawId, type, response } = credential;
    const of = (name) => response[name] && { [name]: text(response[name]) };
    const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
    return {
      id,
      rawId: text(rawId),
      type,
      response: Object.assign({}, ...parts.map(of)),
      clientExtensionResults: credential.getClientExtensionResults(),
    };
  }
}

const withBytes = (named) => ({ ...named, id: bytes(named.id) });

/// Reads base64url.
export function bytes(base64url) {
  const binary = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (byte) => byte.charCodeAt(0));
}

function text(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
