/** Loaded before a program of a transcript, to set its clock ahead of the machine's, or behind it. */
const machineNowMs = Date.now;
Date.now = () => machineNowMs() + Number(process.env.STAGED_CLOCK_AHEAD_MS);
