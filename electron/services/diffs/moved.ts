/** How many of these different numbers must be taken out for the others to rise: their count less that of the longest rising subsequence. */
export function fewestMoved(order: Uint32Array): number {
  const tails = new Uint32Array(order.length);
  let length = 0;
  for (const value of order) {
    // most rows follow the one before: no search for them
    if (length === 0 || value > tails[length - 1]!) {
      tails[length++] = value;
      continue;
    }
    let [low, high] = [0, length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (tails[middle]! < value) low = middle + 1;
      else high = middle;
    }
    tails[low] = value;
  }
  return order.length - length;
}
