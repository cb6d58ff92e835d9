import { type Cast, type CastSize, timesOf } from "./cast.ts";

/** What a recording is shown on. */
export interface PlaybackScreen {
  write(text: string): void;
  resize(size: CastSize): void;
  /** As it was before the first event. */
  reset(): void;
}

/** Pieces of this length are handed to the screen at once. Characters. */
const pieceLength = 262_144;

/** Where a recording stands, and the screen that shows it. Who plays it moves it on. */
export class Playback {
  readonly #cast: Cast;
  readonly #screen: PlaybackScreen;
  #times: number[];
  #next = 0;
  #seconds = 0;

  constructor(cast: Cast, screen: PlaybackScreen, longestPause?: number) {
    this.#cast = cast;
    this.#screen = screen;
    this.#times = timesOf(cast, longestPause);
    screen.resize(cast.size);
    this.seek(0);
  }

  get seconds(): number {
    return this.#seconds;
  }

  get length(): number {
    return this.#times.at(-1) ?? 0;
  }

  get atEnd(): boolean {
    return this.#seconds >= this.length;
  }

  /** Shows what was there after so many seconds. Back in time is told to the screen anew, from the beginning. */
  seek(seconds: number): void {
    const to = Math.min(Math.max(0, seconds), this.length);
    if (to < this.#seconds) {
      this.#next = 0;
      this.#screen.reset();
      this.#screen.resize(this.#cast.size);
    }
    this.#seconds = to;
    let text = "";
    const flush = () => {
      if (text !== "") this.#screen.write(text);
      text = "";
    };
    for (; (this.#times[this.#next] ?? Number.POSITIVE_INFINITY) <= to; this.#next++) {
      const event = this.#cast.events[this.#next];
      if (event?.type === "output") {
        text += event.text;
        if (text.length >= pieceLength) flush();
      } else if (event?.type === "resize") {
        flush();
        this.#screen.resize(event.size);
      }
    }
    flush();
  }

  /** Cuts pauses, or no longer, and stays where it is between two events. */
  cutPauses(longestPause?: number): void {
    const before = this.#times[this.#next - 1] ?? 0;
    const into = this.#seconds - before;
    this.#times = timesOf(this.#cast, longestPause);
    const now = this.#times[this.#next - 1] ?? 0;
    this.#seconds = Math.min(now + into, this.#times[this.#next] ?? now);
  }
}
