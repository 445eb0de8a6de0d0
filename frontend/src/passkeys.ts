/** A passkey that was not used is said in words on the page; the browser itself only tells its console. */
document.addEventListener("allauth.error", (event) => {
  const note = document.getElementById("passkey-failed");
  if (!note) return;
  event.preventDefault();
  note.hidden = false;
});

export {};
