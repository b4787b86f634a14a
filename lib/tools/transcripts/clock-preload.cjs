/** Loaded before a program that takes part in a transcript: its clock is ahead of the machine's. It may be behind, too. */
const machineNowMs = Date.now;
Date.now = () => machineNowMs() + Number(process.env.STAGED_CLOCK_AHEAD_MS);
