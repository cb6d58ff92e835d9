export interface Pace {
  /** Never more than that begin in a second. */
  perSecond: number;
  /** Never more than that are under way. */
  atOnce: number;
}

/** Lets tasks begin one after the other, each a jittered while after the one before, however many ask at the same time. */
export class Pacer {
  private readonly gapMs: number;
  private readonly atOnce: number;
  private readonly random: () => number;
  private queue: (() => void | Promise<void>)[] = [];
  /** Those that have begun are passed over and cut off now and then: `shift` moves everything each time. */
  private next = 0;
  private running = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor({ perSecond, atOnce }: Pace, random: () => number = Math.random) {
    this.gapMs = Math.ceil(1000 / perSecond);
    this.atOnce = atOnce;
    this.random = random;
  }

  /** The task must not throw. */
  add(task: () => void | Promise<void>): void {
    this.queue.push(task);
    this.arm();
  }

  get waiting(): number {
    return this.queue.length - this.next;
  }

  /** Those that wait never begin. */
  clear(): void {
    this.queue = [];
    this.next = 0;
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
  }

  private arm(): void {
    if (this.timer || this.waiting === 0 || this.running >= this.atOnce) return;
    this.timer = setTimeout(() => this.begin(), Math.ceil(this.gapMs * (1 + this.random() / 2)));
  }

  private begin(): void {
    this.timer = null;
    const task = this.queue[this.next++];
    if (this.next > 1_000) {
      this.queue = this.queue.slice(this.next);
      this.next = 0;
    }
    const done = task?.();
    if (done) {
      this.running++;
      void done.finally(() => {
        this.running--;
        this.arm();
      });
    }
    this.arm();
  }
}
