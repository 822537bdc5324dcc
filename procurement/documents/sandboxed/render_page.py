"""One page of a stored PDF or image as PNG on standard output: `render_page PATH MEDIA_TYPE PAGE`."""

import io
import sys

from PIL import Image

WIDTH = 1240
TALLEST = 4 * WIDTH


def page_of_pdf(path: str, number: int) -> Image.Image:
    import pypdfium2

    page = pypdfium2.PdfDocument(path)[number - 1]
    width, height = page.get_size()
    scale = min(WIDTH / width, TALLEST / height)
    picture: Image.Image = page.render(scale=scale, may_draw_forms=False).to_pil()
    return picture


def page_of_image(path: str) -> Image.Image:
    picture = Image.open(path)
    picture.thumbnail((WIDTH, TALLEST))
    return picture.convert("RGB")


def main() -> None:
    path, media_type, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    picture = page_of_pdf(path, number) if media_type == "application/pdf" else page_of_image(path)
    out = io.BytesIO()
    picture.save(out, "PNG")
    sys.stdout.buffer.write(out.getvalue())


if __name__ == "__main__":
    main()
