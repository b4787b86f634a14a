/** What a place holds: two halves of an id's hash, and its number plus one, or 0 if the place is free. */
const WIDTH = 3;
const FIRST_PLACES = 1 << 8;

/**
 * Numbers of ids, such as which objects hold an event. An id is known by a hash of 64 bits and takes 24 to 48 bytes. A map of
 * texts is gone through in each full collection of the heap, and copied within it when it grows; typed memory is not.
 */
export class IdTable {
  /** A power of two; half of the places at least are free. */
  private count = FIRST_PLACES;
  private places = new Int32Array(FIRST_PLACES * WIDTH);
  private used = 0;
  /** Halves of the hash of the id at hand. */
  private high = 0;
  private low = 0;

  /** How many ids were added, each as often as it has numbers. */
  get size(): number {
    return this.used;
  }

  /** @param number a whole one, from 0 */
  add(id: string, number: number): void {
    this.hash(id);
    if (this.find(this.first(this.low), number + 1) !== -1) return;
    if (2 * this.used >= this.count) this.grow();
    this.put(this.high, this.low, number + 1);
    this.used++;
  }

  has(id: string): boolean {
    if (this.used === 0) return false;
    this.hash(id);
    return this.find(this.first(this.low)) !== -1;
  }

  /** All numbers with which the id was added. */
  numbersOf(id: string): readonly number[] {
    const numbers: number[] = [];
    if (this.used === 0) return numbers;
    this.hash(id);
    for (let at = this.find(this.first(this.low)); at !== -1; at = this.find(this.after(at)))
      numbers.push((this.places[at + 2] ?? 0) - 1);
    return numbers;
  }

  clear(): void {
    this.places.fill(0);
    this.used = 0;
  }

  /** @returns where the id at hand stands next, with this value or with any; -1 if it does not any more */
  private find(from: number, value?: number): number {
    const { places, high, low } = this;
    for (let at = from; places[at + 2] !== 0; at = this.after(at)) {
      const isId = places[at] === high && places[at + 1] === low;
      if (isId && (value === undefined || places[at + 2] === value)) return at;
    }
    return -1;
  }

  private put(high: number, low: number, value: number): void {
    const { places } = this;
    let at = this.first(low);
    while (places[at + 2] !== 0) at = this.after(at);
    places[at] = high;
    places[at + 1] = low;
    places[at + 2] = value;
  }

  private grow(): void {
    const old = this.places;
    this.count *= 2;
    this.places = new Int32Array(this.count * WIDTH);
    for (let at = 0; at < old.length; at += WIDTH) {
      const value = old[at + 2] ?? 0;
      if (value !== 0) this.put(old[at] ?? 0, old[at + 1] ?? 0, value);
    }
  }

  /** Where an id of this hash stands, unless others do. */
  private first(low: number): number {
    return WIDTH * (low & (this.count - 1));
  }

  private after(at: number): number {
    return at + WIDTH === this.places.length ? 0 : at + WIDTH;
  }

  /** FNV-1a over the UTF-16 code units, and beside it a sum of another kind. */
  private hash(id: string): void {
    let high = 0x811c9dc5;
    let low = 0;
    for (let at = 0; at < id.length; at++) {
      const unit = id.charCodeAt(at);
      high = Math.imul(high ^ unit, 0x01000193);
      low = Math.imul(((low << 5) | (low >>> 27)) ^ unit, 0x9e3779b1);
    }
    this.high = high | 0;
    this.low = low ^ (low >>> 15);
  }
}
