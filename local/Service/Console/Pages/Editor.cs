namespace Stateside.Service.Console.Pages;

/// <summary>A field for JSON: line numbers, colors, and what is wrong at its line. editor.js makes it work; without it, it is a text area.</summary>
internal static class Editor
{
    /// <summary>The field.</summary>
    /// <param name="id">The id of the text area.</param>
    /// <param name="label">What it is for.</param>
    /// <param name="text">What stands in it.</param>
    /// <param name="kind">A class that gives it its height: full, tall, middle or low.</param>
    public static Html Field(string id, string label, string text, string kind = "middle") => Html.Of(
        $"""
        <div class="editor {kind}" data-editor>
          <div class="editor-gutter" aria-hidden="true"></div>
          <div class="editor-pane">
            <pre class="editor-paint json" aria-hidden="true"></pre>
            <textarea id="{id}" aria-label="{label}" aria-describedby="{id}-says" spellcheck="false" autocapitalize="off" autocomplete="off" wrap="off">
        {text}</textarea>
          </div>
        </div>
        <div id="{id}-says" class="editor-says" role="status"></div>
        """);
}
