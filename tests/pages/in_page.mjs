// What runs within a page: each function stands alone, and is handed over as text.

/**
 * Of each figure: its heading, its sentence, what draws it, and how many marks are in it that are
 * not axes, grids or words: shapes in another colour than text, lines and ground have.
 */
export function figures() {
  const probe = document.body.appendChild(document.createElement("i"));
  const seen = (color) => {
    probe.style.color = color;
    return getComputedStyle(probe).color;
  };
  const quiet = new Set(["none", "rgba(0, 0, 0, 0)", "rgb(0, 0, 0)"]);
  for (const name of ["text", "muted", "line", "background", "raised"]) quiet.add(seen(`var(--${name})`));
  probe.remove();

  const isMark = (shape) => {
    const { fill, stroke } = getComputedStyle(shape);
    const { width, height } = shape.getBoundingClientRect();
    return (!quiet.has(fill) || !quiet.has(stroke)) && width + height > 1;
  };
  const paints = (canvas) => {
    if (canvas.width === 0 || canvas.height === 0) return 0;
    // From a copy: reading back slows the canvas that is read, and the browser says so.
    const copy = Object.assign(document.createElement("canvas"), {
      width: canvas.width,
      height: canvas.height,
    }).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size - 1;
  };
  const sum = (list) => list.reduce((total, each) => total + each, 0);

  return [...document.querySelectorAll("figure.chart")].map((figure) => {
    const drawn = [...figure.querySelectorAll("svg")];
    const shapes = drawn.flatMap((svg) => [
      ...svg.querySelectorAll("path,rect,circle,ellipse,line,polygon,polyline"),
    ]);
    const painted = [...figure.querySelectorAll("canvas")];
    const labelled = figure.querySelector("[role=img],[role=application],[role=group],svg,canvas");
    return {
      title: figure.querySelector("figcaption h3")?.textContent ?? "",
      summary: figure.querySelector("figcaption p")?.textContent ?? "",
      label: labelled?.getAttribute("aria-label") ?? "",
      marks: shapes.filter(isMark).length + sum(painted.map(paints)),
      colors: [
        ...new Set(
          drawn
            .flatMap((svg) => [...svg.querySelectorAll("text")])
            .map((text) => getComputedStyle(text).fill),
        ),
      ].join(),
      picture: painted.map((canvas) => canvas.toDataURL()).join(),
    };
  });
}

/** What is wider than the window. */
export function tooWide() {
  const { scrollWidth, clientWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const frames = ".table-frame";
  return [...document.querySelectorAll("body *")]
    .filter((element) => element.getBoundingClientRect().right > clientWidth + 1 && !element.closest(frames))
    .slice(0, 5)
    .map(
      (element) =>
        `${element.tagName}.${element.className.baseVal ?? element.className} is ` +
        `${Math.round(element.getBoundingClientRect().right - clientWidth)} px too wide`,
    )
    .concat([`${scrollWidth} px instead of ${clientWidth} px`]);
}

/** Labels of drawings that their picture cuts off. */
export function cutLabels() {
  const cut = [];
  for (const svg of document.querySelectorAll("figure.chart svg")) {
    const frame = svg.getBoundingClientRect();
    for (const text of svg.querySelectorAll("text")) {
      const box = text.getBoundingClientRect();
      const over = Math.max(
        frame.left - box.left,
        box.right - frame.right,
        frame.top - box.top,
        box.bottom - frame.bottom,
      );
      if (box.width > 0 && over > 3) {
        const title = svg.closest("figure").querySelector("h3").textContent;
        cut.push(`"${text.textContent}" by ${Math.round(over)} px in "${title}"`);
      }
    }
  }
  return cut;
}

/** Words in drawings that are hard to read: less than 4.5 to 1 (3 to 1 where they are large). */
export function faintLabels() {
  const dot = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d", {
    willReadFrequently: true,
  });
  const known = new Map();
  const rgba = (color) => {
    if (!known.has(color)) {
      dot.clearRect(0, 0, 1, 1);
      dot.fillStyle = color;
      dot.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = dot.getImageData(0, 0, 1, 1).data;
      known.set(color, color === "none" ? [0, 0, 0, 0] : [r, g, b, a / 255]);
    }
    return known.get(color);
  };
  const over = (above, alpha, below) => below.map((value, i) => alpha * above[i] + (1 - alpha) * value);
  const luminance = (color) => {
    const [r, g, b] = color.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const opacity = (element) => {
    let product = 1;
    for (let each = element; each; each = each.parentElement)
      product *= Number(getComputedStyle(each).opacity);
    return product;
  };
  const groundOf = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = rgba(getComputedStyle(each).backgroundColor);
      if (color[3] === 1) return color.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const covers = (shape, x, y) => {
    const box = shape.getBoundingClientRect();
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) return false;
    const place = new DOMPoint(x, y).matrixTransform(shape.getScreenCTM().inverse());
    return shape.isPointInFill(place);
  };

  const faint = [];
  for (const svg of document.querySelectorAll("figure.chart svg")) {
    const shapes = [];
    for (const element of svg.querySelectorAll("path,rect,circle,ellipse,polygon,text")) {
      if (element.tagName !== "text") {
        if (getComputedStyle(element).fill !== "none") shapes.push(element);
        continue;
      }
      const box = element.getBoundingClientRect();
      if (box.width === 0 || !element.textContent.trim()) continue;
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      let ground = groundOf(svg.parentElement);
      for (const shape of shapes) {
        if (!covers(shape, x, y)) continue;
        const style = getComputedStyle(shape);
        const [r, g, b, a] = rgba(style.fill);
        ground = over([r, g, b], a * Number(style.fillOpacity) * opacity(shape), ground);
      }
      const style = getComputedStyle(element);
      if (style.stroke !== "none" && parseFloat(style.strokeWidth) >= 2)
        ground = rgba(style.stroke).slice(0, 3);
      const [r, g, b, a] = rgba(style.fill);
      const ink = over([r, g, b], a * Number(style.fillOpacity) * opacity(element), ground);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      const found = contrast(ink, ground);
      if (found < (large ? 3 : 4.5)) {
        const title = svg.closest("figure").querySelector("h3").textContent;
        faint.push(`"${element.textContent}" has ${found.toFixed(2)} in "${title}"`);
      }
    }
  }
  return faint;
}

/** Opens what is closed, also what comes to light by that. */
export async function openAll() {
  for (let i = 0; i < 20; ++i) {
    // What was opened is filled a moment later.
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 20)));
    const closed = document.querySelectorAll("details:not([open]) > summary");
    if (closed.length === 0) return;
    for (const summary of closed) summary.click();
  }
  throw new Error("something closes again and again");
}

/** What a reader of the page by its structure meets. */
export function structure() {
  const words = (element) => element?.textContent.trim() ?? "";
  const nameOf = (element) =>
    element.getAttribute("aria-label") ??
    words(document.getElementById(element.getAttribute("aria-labelledby")));
  const levels = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].map((heading) =>
    Number(heading.tagName[1]),
  );
  return {
    title: document.title,
    language: document.documentElement.lang,
    first: document.querySelectorAll("h1").length,
    landmarks: ["header", "nav", "main", "footer"].filter(
      (name) => document.querySelectorAll(name).length !== 1,
    ),
    skipped: levels.filter((level, i) => level > (levels[i - 1] ?? 0) + 1),
    unnamed: [...document.querySelectorAll("section")].filter((section) => !nameOf(section)).length,
    empty: [...document.querySelectorAll("main > section:not(#answer)")]
      .filter((section) => section.children.length < 2)
      .map((section) => section.id),
    dead: [...document.querySelectorAll('a[href^="#"]')]
      .filter((link) => !document.getElementById(link.hash.slice(1)))
      .map((link) => link.hash),
    twice: [...document.querySelectorAll("[id]")]
      .map(({ id }) => id)
      .filter((id, i, all) => all.indexOf(id) !== i),
    answer: words(document.getElementById("answer")),
    text: document.body.innerText,
  };
}

/** Words that a page shows where a figure is missing. */
export function missing() {
  const walker = document.createTreeWalker(document.getElementById("report"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walker.nextNode()) {
    const text = walker.currentNode.data;
    if (/\b(NaN|undefined|Infinity)\b|\[object /.test(text)) found.push(text.slice(0, 120));
  }
  return found;
}

/** What has the focus, and whether one can see that. */
export function focused() {
  const element = document.activeElement;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const box = element.getBoundingClientRect();
  return {
    element: element === document.body ? "" : `${element.tagName} ${element.textContent.slice(0, 40)}`,
    ringed: (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none",
    inSight:
      box.width > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight,
  };
}
