namespace Stateside.Engine.Store.Data;

/// <summary>The data file cannot be used; the message is for the user and names the file, what is wrong and the remedy.</summary>
/// <param name="message">The message.</param>
/// <param name="inner">What was thrown below.</param>
public class DataFileException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>Another process has the data file.</summary>
internal sealed class DataFileHeldException(string message, Exception? inner = null) : DataFileException(message, inner);

/// <summary>The data file was made for another region or account.</summary>
internal sealed class DataFileElsewhereException(string message) : DataFileException(message);

/// <summary>A part of the data file is not as it was written.</summary>
/// <param name="what">What is wrong, as part of a sentence.</param>
/// <param name="inner">What was thrown below.</param>
internal sealed class DataDamagedException(string what, Exception? inner = null) : DataFileException(
    $"The data file is damaged ({what}). It was left as it is: restore a copy, or move it away to start anew.", inner);

/// <summary>The data file was deleted, moved or replaced while it was open.</summary>
/// <param name="path">The file.</param>
internal sealed class DataMovedException(string path) : DataFileException(
    $"the folder {Path.GetDirectoryName(path)} or {Path.GetFileName(path)} in it was deleted, moved or replaced meanwhile. Put back what was there, "
    + "and it goes on; if that is gone, start anew.");

/// <summary>Nothing can be saved for the time being, such as on a full disk; what was acknowledged before is safe.</summary>
/// <param name="inner">Why.</param>
/// <param name="isWaiting">Whether what was asked for is done when it can be saved; else it is not done.</param>
internal sealed class DataNotSavedException(Exception inner, bool isWaiting = false) : DataFileException(
    $"What this service keeps cannot be written: {inner.Message.TrimEnd('.')}. "
    + (isWaiting ? "What was asked for waits to be saved: ask again to hear what became of it." : "What was asked for is not done."), inner);
