// Files that were answered. Here, and nowhere else, a value becomes an address: of what is in the page itself.

const OWN_CONTENT = /^data:(image\/[a-z0-9.+-]+|application\/octet-stream);base64,[A-Za-z0-9+/]+=*$/;

// A picture is shown, and everything can be saved.
function fileView(file) {
  if (!OWN_CONTENT.test(file.address)) return el("p", { class: "quiet small" }, `${file.head}: ${file.note}`);
  return el("figure", { class: "file" },
    file.is_picture && el("img", { src: file.address, alt: `What was answered: ${file.name}`, loading: "lazy" }),
    el("figcaption", { class: "quiet small" },
      `${file.head} `,
      el("a", { href: file.address, download: file.name }, "Save")));
}
