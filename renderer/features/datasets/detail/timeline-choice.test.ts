import { expect, test } from 'vitest';
import { chosenPair, toggleChosen, WORKING } from './timeline-choice.ts';

const commits = ['c3', 'c2', 'c1'];

test('two lines are a pair, the older one first', () => {
  expect(chosenPair(['c3', 'c1'], commits)).toEqual(['c1', 'c3']);
  expect(chosenPair(['c1', 'c3'], commits)).toEqual(['c1', 'c3']);
  expect(chosenPair([WORKING, 'c3'], commits)).toEqual(['c3', WORKING]);
  expect(chosenPair(['c1'], commits)).toBeNull();
});

test('a third line takes the place of the first', () => {
  expect(toggleChosen(['c1', 'c2'], 'c3')).toEqual(['c2', 'c3']);
  expect(toggleChosen(['c1', 'c2'], 'c1')).toEqual(['c2']);
});
