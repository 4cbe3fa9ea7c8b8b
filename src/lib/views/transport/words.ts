/** The words of the playback controls. */
export const words = {
  playback: 'Playback',
  play: 'Play',
  pause: 'Pause',
  start: 'To the start',
  back: 'Step back one event',
  step: 'Step one event',
  jump: 'To the next anomaly',
  noAnomaly: 'No anomaly ahead',
  clock: 'Time of the playhead',
  speed: 'speed',
  seed: 'seed',
};
