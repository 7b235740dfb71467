// Passkeys. A form <form data-passkey="create"> makes one, <form data-passkey="get"> uses one: the
// answer of the device goes into its field « credential », and the form is sent. What the server
// asks of the device is in the element that data-passkey-options names, or is fetched from the
// address in data-passkey-options-from. Without this script the button stays hidden, and
// [data-passkey-told], where refusals are said, says that it is needed.

const REFUSED = {
  InvalidStateError: "Cet appareil a déjà une clé d’accès pour ce compte.",
  NotAllowedError: "L’appareil n’a pas répondu, ou vous avez renoncé. Vous pouvez recommencer.",
  NotSupportedError: "Cet appareil ne sait pas faire de clé d’accès.",
  SecurityError:
    "Les clés d’accès ne fonctionnent pas à cette adresse : il leur faut un nom de site, en https.",
}
const FAILED = "La clé d’accès n’a pas pu être utilisée. Recommencez, ou connectez-vous autrement."

function decoded(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}

function encoded(buffer) {
  const binary = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")
}

const descriptor = (key) => ({ ...key, id: decoded(key.id) })

function forTheBrowser({ challenge, user, excludeCredentials, allowCredentials, ...options }) {
  const asked = { ...options, challenge: decoded(challenge) }
  if (user) asked.user = { ...user, id: decoded(user.id) }
  if (excludeCredentials) asked.excludeCredentials = excludeCredentials.map(descriptor)
  if (allowCredentials) asked.allowCredentials = allowCredentials.map(descriptor)
  return asked
}

function forTheServer(found) {
  const { id, rawId, type, authenticatorAttachment, response } = found
  const answer = { clientDataJSON: encoded(response.clientDataJSON) }
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) answer[name] = encoded(response[name])
  }
  if (response.getTransports) answer.transports = response.getTransports()
  return {
    id,
    rawId: encoded(rawId),
    type,
    authenticatorAttachment,
    response: answer,
    clientExtensionResults: found.getClientExtensionResults(),
  }
}

async function options({ passkeyOptions, passkeyOptionsFrom }) {
  if (passkeyOptions) return JSON.parse(document.getElementById(passkeyOptions).textContent)
  const response = await fetch(passkeyOptionsFrom, { headers: { Accept: "application/json" } })
  if (!response.ok) throw new Error(`${response.status}`)
  return (await response.json()).request_options
}

async function credential(form) {
  const asked = { publicKey: forTheBrowser((await options(form.dataset)).publicKey) }
  return forTheServer(await navigator.credentials[form.dataset.passkey](asked))
}

function tell(form, words) {
  const told = form.querySelector("[data-passkey-told]")
  told.textContent = words
  told.hidden = !words
  return told
}

async function use(event) {
  event.preventDefault()
  const form = event.currentTarget
  tell(form, "")
  try {
    form.elements.credential.value = JSON.stringify(await credential(form))
    form.submit()
  } catch (error) {
    tell(form, REFUSED[error.name] ?? FAILED).className = "notice notice--error"
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (window.PublicKeyCredential) {
    tell(form, "")
    form.querySelector("button[type=submit]").hidden = false
    form.addEventListener("submit", use)
  } else {
    tell(form, "Ce navigateur ne connaît pas les clés d’accès.")
  }
}
