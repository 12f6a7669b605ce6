"""A picture of one's own that is damaged; test_proxy.py draws one and sees it explained."""

import io

from PIL import Image
from playwright.sync_api import expect

SMALL = "&".join(
    f"interpretability.gallery.{setting}"
    for setting in ("dataset=Digits", "n_train=250", "epochs=1")
)


def test_a_damaged_picture_leaves_no_word_of_itself_in_the_log(app, visit):
    """Pillow warns about what EXIF should say, which is about the visitor's file."""
    file = io.BytesIO()
    exif = b"Exif\0\0II*\0\x08\0\0\0\xff\0words"
    Image.new("L", (32, 32), 200).save(file, "JPEG", exif=exif)
    page = visit(f"{app.url}/interpretability?{SMALL}")
    expect(page.get_by_role("heading", name="Explain any picture")).to_be_visible(timeout=120_000)
    page.get_by_role("radio", name="Upload one").click()
    upload = {"name": "secret-name.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}
    page.locator("input[type=file]").set_input_files(upload)
    expect(page.get_by_text("Dark on light: turn it around")).to_be_visible(timeout=60_000)
    said = app.log.read_text(encoding="utf-8")
    assert "UserWarning at TiffImagePlugin.py" in said
    assert "EXIF" not in said and "secret-name" not in said
