/** Words and places of a page, in parts of it: a word is [text, left, top, right, bottom]. */

const REACH = 0.004; // a click beside a word by that much still means it

function holds(word, left, top, right, bottom) {
    return word[1] < right && word[3] > left && word[2] < bottom && word[4] > top;
}

/** Positions of the words that lie between two points, in the order of reading. */
export function wordsBetween(words, from, to) {
    const [left, right] = [Math.min(from.x, to.x) - REACH, Math.max(from.x, to.x) + REACH];
    const [top, bottom] = [Math.min(from.y, to.y) - REACH, Math.max(from.y, to.y) + REACH];
    const found = [...words.keys()].filter((at) => holds(words[at], left, top, right, bottom));
    return inReadingOrder(words, found);
}

/** The word at a point, the smallest of several; [] for none. */
export function wordAt(words, point) {
    const size = (at) => (words[at][3] - words[at][1]) * (words[at][4] - words[at][2]);
    return wordsBetween(words, point, point)
        .sort((a, b) => size(a) - size(b))
        .slice(0, 1);
}

/** Words that overlap in height stand on one line, from left to right. */
export function inReadingOrder(words, positions) {
    const middle = (at) => (words[at][2] + words[at][4]) / 2;
    const lines = [];
    for (const at of [...positions].sort((a, b) => middle(a) - middle(b))) {
        const line = lines.at(-1);
        if (line && middle(at) < words[line[0]][4]) {
            line.push(at);
        } else {
            lines.push([at]);
        }
    }
    return lines.flatMap((line) => line.sort((a, b) => words[a][1] - words[b][1]));
}

/** The next word in a direction of the arrow keys, or the same one at the edge. */
export function stepped(words, at, key) {
    const order = inReadingOrder(words, [...words.keys()]);
    if (at < 0) {
        return order[0];
    }
    const place = order.indexOf(at);
    if (key === "ArrowRight" || key === "ArrowLeft") {
        return order[place + (key === "ArrowRight" ? 1 : -1)] ?? at;
    }
    const down = key === "ArrowDown" ? 1 : -1;
    const [, left, top, right, bottom] = words[at];
    const height = bottom - top;
    const away = (other) => {
        const dx = Math.max(0, words[other][1] - right, left - words[other][3]);
        return Math.abs(words[other][2] - top) + 3 * dx;
    };
    const others = order.filter((other) => down * (words[other][2] - top) > height / 2);
    return others.length ? others.reduce((a, b) => (away(b) < away(a) ? b : a)) : at;
}
