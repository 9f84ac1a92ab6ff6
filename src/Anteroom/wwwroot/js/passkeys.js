// Forms that ask the device for a passkey: data-passkey says whether one is made or used, data-options where the question
// comes from. Without this file the forms stay hidden.

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential?.parseCreationOptionsFromJSON) continue;

  const button = form.querySelector("button");
  const problem = form.querySelector("[data-problem]");
  form.hidden = false;
  button.hidden = false;
  form.querySelector("[data-without]")?.remove();

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    button.disabled = true;
    problem.hidden = true;
    try {
      const answer = await fetch(form.dataset.options, { method: "POST", body: new FormData(form) });
      if (answer.status === 422) throw new Error(await answer.text());
      if (!answer.ok) throw new Error(t("The server answered {0}.", answer.status));
      const options = await answer.json();
      const credential =
        form.dataset.passkey === "create"
          ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
          : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
      form.elements.credential.value = JSON.stringify(credential);
      if (form.elements.password) form.elements.password.value = ""; // it was for the question
      form.submit();
    } catch (error) {
      problem.textContent =
        error.name === "InvalidStateError"
          ? t("This device has a passkey for your account already.")
          : error.name === "NotAllowedError"
            ? t("Your device did not confirm it, or it took too long. Please try again.")
            : t("That did not work. {0}", error.message);
      problem.hidden = false;
      button.disabled = false;
    }
  });
}
