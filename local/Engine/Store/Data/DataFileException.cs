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

/// <summary>Nothing can be saved for the time being, such as on a full disk; what was acknowledged before is safe.</summary>
internal sealed class DataNotSavedException(Exception inner) : DataFileException(
    $"The data file cannot be written: {inner.Message} Make room or mend the folder; what waits is saved then.", inner);
