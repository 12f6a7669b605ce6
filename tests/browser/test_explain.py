"""Drawing a picture in a real browser and seeing it explained."""

import io

from PIL import Image
from playwright.sync_api import expect

SMALL = "&".join(
    f"interpretability.gallery.{setting}"
    for setting in ("dataset=Digits", "n_train=250", "epochs=1")
)


def test_a_stroke_is_explained_by_every_method(app, visit):
    page = visit(f"{app.url}/interpretability?{SMALL}")
    expect(page.get_by_role("heading", name="Explain any picture")).to_be_visible(timeout=60_000)
    page.get_by_role("radio", name="Draw one").click()
    pad = page.get_by_label("Drawing pad")
    pad.scroll_into_view_if_needed()
    expect(pad).to_be_visible()
    page.wait_for_timeout(500)
    box = pad.bounding_box()
    middle = box["x"] + box["width"] / 2
    page.mouse.move(middle, box["y"] + 30)
    page.mouse.down()
    page.mouse.move(middle, box["y"] + box["height"] - 30, steps=5)
    page.mouse.up()
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.get_by_role("img", name="Map by Random map")).to_be_visible(timeout=20_000)
    assert page.locator("img[alt^='Map by']").count() == 15
    with page.expect_download() as taken:
        page.get_by_role("button", name="Download all maps").click()
    assert taken.value.suggested_filename == "maps.zip"
    page.get_by_role("button", name="Clear", exact=True).click()
    expect(page.locator("img[alt^='Map by']")).to_have_count(0, timeout=10_000)


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
