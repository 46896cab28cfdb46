/**
 * Groups calls: one is on its way at a time, and what is asked meanwhile goes together in the next. A caller waits for at
 * most two of them, and the load of the other side does not grow with the number of callers.
 */
export class GroupedCalls<Item, Answer> {
  private waiting: { item: Item; settle: (answer: Promise<Answer>) => void }[] = [];
  private isRunning = false;
  private running: Promise<void> = Promise.resolve();

  /**
   * @param call answers one for each item, in their order; `mostItems` bounds one call.
   * @param gatherMs where nobody waits for the answers: each call is put off so long, so that fewer carry more
   */
  constructor(
    private readonly call: (items: readonly Item[]) => Promise<readonly Answer[]>,
    private readonly mostItems: number,
    private readonly gatherMs = 0,
  ) {}

  ask(item: Item): Promise<Answer> {
    return new Promise((settle) => {
      this.waiting.push({ item, settle });
      if (!this.isRunning) this.running = this.run();
    });
  }

  /** Resolves once everything that was asked is answered. */
  async drained(): Promise<void> {
    while (this.isRunning) await this.running;
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    // What is asked in the same turn of the event loop goes in the first group.
    await Promise.resolve();
    while (this.waiting.length > 0) {
      if (this.gatherMs > 0) await new Promise((gathered) => setTimeout(gathered, this.gatherMs));
      const group = this.waiting.splice(0, this.mostItems);
      const answers = this.answersOf(group.map(({ item }) => item));
      group.forEach(({ settle }, index) => settle(answers.then((all) => all[index] as Answer)));
      await answers.catch(() => undefined);
    }
    this.isRunning = false;
  }

  /** Also what fails before the call returns a promise is a rejection. */
  private async answersOf(items: readonly Item[]): Promise<readonly Answer[]> {
    return this.call(items);
  }
}
