// Reads a statement aloud, where the device has a Dutch voice; elsewhere the button stays hidden. Nothing is sent: a
// voice that would need a server of somebody else is not used.

const button = document.querySelector("[data-read]");
const speech = window.speechSynthesis;

function dutchVoice() {
  const voices = speech.getVoices().filter((voice) => voice.localService && voice.lang.toLowerCase().startsWith("nl"));
  return voices.find((voice) => voice.lang.toLowerCase().startsWith("nl-nl")) ?? voices[0];
}

function show() {
  button.hidden = !dutchVoice();
}

if (button && speech) {
  show();
  speech.addEventListener?.("voiceschanged", show);
  button.addEventListener("click", () => {
    speech.cancel();
    const words = new SpeechSynthesisUtterance(button.dataset.read);
    words.voice = dutchVoice();
    words.lang = words.voice?.lang ?? "nl-NL";
    words.rate = 0.9;
    speech.speak(words);
  });
  window.addEventListener("pagehide", () => speech.cancel());
}
